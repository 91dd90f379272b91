package dev.hearth.deploy;

import dev.hearth.common.units.Bytes;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the sizes of a command line. */
final class SizeConverter implements ITypeConverter<Bytes> {
    @Override
    public Bytes convert(String text) {
        try {
            return Bytes.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException(wrong.getMessage());
        }
    }
}
