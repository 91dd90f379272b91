package dev.hearth.deploy;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Which Hearth this is. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }

    static String number() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("from a source tree");
    }

    static String text() {
        return "hearth " + number() + ", Java " + Runtime.version().feature();
    }
}
