package dev.hearth.deploy.simulation.trace;

import dev.hearth.common.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws the functions of a synthetic trace: what each is, when it is called and how long it runs.
 *
 * <p>Timers, run times and memory follow "Serverless in the Wild" (Shahrad et al., USENIX ATC 2020): 16 % of the functions
 * are called by timers, mean run times are log-normal (median 0.7 s), memory follows Burr's law (median 170 MB). What
 * the paper does not tell is chosen: 40 % of the others come in bursts, 5 % bring an image of their own, and no function
 * keeps more than {@value #MOST_BUSY} containers busy in the mean.
 */
final class Population {
    private static final double TIMERS = 0.16;
    private static final double BURSTY = 0.4;
    private static final double WITH_IMAGE = 0.05;
    private static final double MOST_BUSY = 50;
    private static final double RUN_LOG_MEAN = -0.38;
    private static final double RUN_LOG_SPREAD = 2.36;
    private static final double LEAST_RUN = 0.001;
    private static final double MOST_RUN = 60;
    private static final double MEMORY_SCALE = 107.083;
    private static final double MEMORY_C = 11.652;
    private static final double MEMORY_K = 0.221;
    private static final int[] MEMORY_MIB = {128, 256, 384, 512, 768, 1024, 1536};
    private static final int[] PERIODS = {1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1_440};
    private static final double IMAGE_MEDIAN_MIB = 180;
    private static final double IMAGE_SPREAD = 0.7;
    private static final double MOST_IMAGE_MIB = 2_048;
    private static final double MINUTES_A_DAY = 1_440;

    private final SplittableRandom random;
    private final double callsADay;
    private final int functions;

    /** A function and its calls. */
    record Member(TracedFunction function, Arrivals arrivals, RunTimes runs) {}

    Population(AzureLike like) {
        random = new SplittableRandom(like.seed());
        callsADay = like.rate() * Arrivals.DAY / 1e6;
        functions = like.functions();
    }

    List<Member> draw() {
        double[] perDay = Popularity.perDay(functions, callsADay);
        List<Member> members = new ArrayList<>(functions);
        for (int i = 0; i < functions; i++) {
            members.add(member(i, perDay[i]));
        }
        return members;
    }

    private Member member(int number, double perDay) {
        SplittableRandom own = random.split();
        double perMicro = perDay / Arrivals.DAY;
        TracedFunction function = function("f" + number, own);
        double mean = Math.exp(RUN_LOG_MEAN + RUN_LOG_SPREAD * own.nextGaussian());
        double bounded = Math.min(Math.clamp(mean, LEAST_RUN, MOST_RUN), MOST_BUSY / (perMicro * 1e6));
        return new Member(function, arrivals(perDay, own), new RunTimes(bounded * 1e6, own.split()));
    }

    private static TracedFunction function(String name, SplittableRandom own) {
        Bytes memory = memory(own.nextDouble());
        if (own.nextDouble() < WITH_IMAGE) {
            double size = IMAGE_MEDIAN_MIB * Math.exp(IMAGE_SPREAD * own.nextGaussian());
            return TracedFunction.ofImage(
                    name, memory, "image-of-" + name, Bytes.ofMiB((long) Math.clamp(size, 1, MOST_IMAGE_MIB)));
        }
        double language = own.nextDouble();
        String runtime = language < 0.5 ? "python3" : language < 0.85 ? "nodejs" : language < 0.95 ? "java" : "native";
        return TracedFunction.ofRuntime(name, memory, runtime);
    }

    private static Bytes memory(double share) {
        double mebibytes = MEMORY_SCALE * Math.pow(Math.pow(1 - share, -1 / MEMORY_K) - 1, 1 / MEMORY_C);
        for (int size : MEMORY_MIB) {
            if (mebibytes <= size) {
                return Bytes.ofMiB(size);
            }
        }
        return Bytes.ofMiB(MEMORY_MIB[MEMORY_MIB.length - 1]);
    }

    private static Arrivals arrivals(double perDay, SplittableRandom own) {
        double perMicro = perDay / Arrivals.DAY;
        boolean timer = own.nextDouble() < TIMERS;
        boolean bursty = own.nextDouble() < BURSTY;
        if (timer && perDay <= MINUTES_A_DAY) {
            return new Arrivals.Timer(period(perDay) * Arrivals.MINUTE, own.split());
        }
        if (bursty) {
            double calls = Math.exp(own.nextDouble() * Math.log(50));
            long gap = (long) Math.min(200_000, 0.2 / perMicro);
            return new Arrivals.Bursts(perMicro, Math.max(2, calls), Math.max(1, gap), own.split());
        }
        return new Arrivals.Steady(perMicro, own.split());
    }

    /** The period in minutes that comes nearest to so many calls a day. */
    private static int period(double perDay) {
        double minutes = MINUTES_A_DAY / perDay;
        int nearest = PERIODS[0];
        for (int period : PERIODS) {
            if (Math.abs(Math.log(period / minutes)) < Math.abs(Math.log(nearest / minutes))) {
                nearest = period;
            }
        }
        return nearest;
    }
}
