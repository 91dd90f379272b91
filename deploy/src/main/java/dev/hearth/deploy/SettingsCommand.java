package dev.hearth.deploy;

import java.util.concurrent.Callable;

/** A command that takes settings; its result is the exit code. */
interface SettingsCommand extends Callable<Integer> {
    SettingsOptions settings();
}
