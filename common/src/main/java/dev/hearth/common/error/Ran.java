package dev.hearth.common.error;

/** Whether the function's code may have run before a call failed. */
public enum Ran {
    NO,
    YES,
    UNKNOWN
}
