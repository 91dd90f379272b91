package dev.hearth.invoker.sidechannel;

/**
 * What the bridge measured in its container; -1 where it could not.
 *
 * @param oomKills processes that the kernel killed for want of memory since the container's start
 * @param peakMemory largest memory use in bytes
 * @param memory present memory use in bytes
 * @param tmpUsed bytes used in /tmp
 * @param tmpFree bytes free in /tmp
 * @param processes processes in the container
 */
public record Figures(long oomKills, long peakMemory, long memory, long tmpUsed, long tmpFree, long processes) {
    /** Nothing known. */
    public static final Figures UNKNOWN = new Figures(-1, -1, -1, -1, -1, -1);

    private static final long NO_U32 = 0xFFFF_FFFFL;

    static Figures read(FrameReader in) {
        return new Figures(known(in.u32()), in.u64(), in.u64(), in.u64(), in.u64(), known(in.u32()));
    }

    private static long known(long value) {
        return value == NO_U32 ? -1 : value;
    }
}
