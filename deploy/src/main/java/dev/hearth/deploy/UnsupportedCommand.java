package dev.hearth.deploy;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A role that runs only in a cluster, which is not built yet. */
@Command(description = "One role of a cluster; not supported yet.", mixinStandardHelpOptions = true)
final class UnsupportedCommand implements SettingsCommand {
    private final String role;

    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    UnsupportedCommand(String role) {
        this.role = role;
    }

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        throw new HearthException(
                ErrorCode.NOT_SUPPORTED,
                "the role " + role
                        + " needs a cluster, which is not built yet: run 'hearth standalone', which is gateway"
                        + " and invoker in one process");
    }
}
