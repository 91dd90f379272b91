package dev.hearth.common.function;

/** The form in which a function's code was handed in. */
public enum CodeForm {
    /** No code: it lies in the image. */
    NONE,
    /** One file: source, or what a compiler made of it. */
    SOURCE,
    ZIP,
    TAR_GZ
}
