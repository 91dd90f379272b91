package dev.hearth.deploy;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Which Hearth this is. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }

    static String text() {
        String version = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("from a source tree");
        return "hearth " + version + ", Java " + Runtime.version().feature();
    }
}
