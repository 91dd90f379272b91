package dev.hearth.invoker;

import dev.hearth.common.config.Settings;
import dev.hearth.common.units.Bytes;

/**
 * What a node gives to functions.
 *
 * @param memory sum of limits.memory
 * @param scratch sum of limits.disk, which is RAM as well
 * @param reserve RAM kept for the rest of the machine
 * @param disk images and unpacked code
 * @param code unpacked code alone, part of disk
 * @param diskFree free space below which no code is fetched
 * @param slots calls that run at one time
 * @param starts containers that are being started at one time
 * @param gpus sum of limits.gpus
 */
public record NodeBudget(
        Bytes memory,
        Bytes scratch,
        Bytes reserve,
        Bytes disk,
        Bytes code,
        Bytes diskFree,
        int slots,
        int starts,
        int gpus) {
    private static final Bytes MOST_RESERVE = Bytes.ofGiB(1);
    private static final Bytes MOST_DISK = Bytes.ofGiB(100);
    private static final Bytes MOST_CODE = Bytes.ofGiB(4);

    /** What unpacked code leaves of the disk. */
    public Bytes images() {
        return new Bytes(disk.value() - code.value());
    }

    static NodeBudget bind(Settings settings, Machine machine) {
        Bytes reserve = settings.read(InvokerSettings.RESERVE, () -> least(machine.share(10), MOST_RESERVE));
        Bytes room = less(machine.memory(), reserve);
        Bytes memory;
        Bytes scratch;
        // The one that is given comes first, the other takes what is left.
        if (settings.isGiven(InvokerSettings.SCRATCH)) {
            scratch = settings.read(InvokerSettings.SCRATCH, () -> machine.share(20));
            memory = settings.read(InvokerSettings.MEMORY, () -> least(machine.share(60), less(room, scratch)));
        } else {
            memory = settings.read(InvokerSettings.MEMORY, () -> least(machine.share(60), room));
            scratch = settings.read(InvokerSettings.SCRATCH, () -> least(machine.share(20), less(room, memory)));
        }
        Bytes disk = settings.read(
                InvokerSettings.DISK,
                () -> least(Machine.wholeMiB(machine.freeDisk().value() / 2), MOST_DISK));
        Bytes code =
                settings.read(InvokerSettings.CODE_BYTES, () -> least(Machine.wholeMiB(disk.value() / 4), MOST_CODE));
        NodeBudget budget = new NodeBudget(
                memory,
                scratch,
                reserve,
                disk,
                code,
                settings.read(InvokerSettings.DISK_FREE),
                settings.read(InvokerSettings.SLOTS, () -> 32 * machine.cores()),
                settings.read(InvokerSettings.STARTS, machine::cores),
                settings.read(InvokerSettings.GPUS));
        budget.check(settings, machine);
        return budget;
    }

    private void check(Settings settings, Machine machine) {
        settings.require(
                memory.value() + scratch.value()
                        <= less(machine.memory(), reserve).value(),
                "invoker.memory (" + memory + ") + invoker.scratch (" + scratch + ") is above the machine's RAM ("
                        + machine.memory() + ") - invoker.reserve (" + reserve + ")");
        settings.require(
                code.compareTo(disk) <= 0, "invoker.code-bytes is " + code + ", above invoker.disk, which is " + disk);
    }

    private static Bytes least(Bytes a, Bytes b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Bytes less(Bytes a, Bytes b) {
        return Machine.wholeMiB(a.value() - b.value());
    }
}
