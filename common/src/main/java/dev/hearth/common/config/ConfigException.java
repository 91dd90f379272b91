package dev.hearth.common.config;

import java.util.List;

/** The configuration cannot be used; the message names every fault. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigException(List<String> faults) {
        super(message(faults), null, false, false);
    }

    private static String message(List<String> faults) {
        String head = faults.size() == 1 ? "1 setting is wrong:" : faults.size() + " settings are wrong:";
        return head + "\n  " + String.join("\n  ", faults) + "\n'hearth config' lists every setting and its range.";
    }
}
