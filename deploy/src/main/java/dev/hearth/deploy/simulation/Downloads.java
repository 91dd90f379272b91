package dev.hearth.deploy.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * Images on their way from the head to workers.
 *
 * <p>Each moves at the smaller of two equal shares: of its worker's bandwidth and of the head's. With each that begins or
 * ends, what has come is counted and the end that is next is planned anew.
 */
final class Downloads {
    private final Agenda agenda;
    private final double workerPerMicro;
    private final double headPerMicro;
    private final int[] ofWorker;
    private final List<Download> active = new ArrayList<>();
    private long counted;
    private long plan;

    private static final class Download {
        private final int worker;
        private final Runnable done;
        private double left;
        private double rate;

        Download(int worker, double bytes, Runnable done) {
            this.worker = worker;
            this.left = bytes;
            this.done = done;
        }
    }

    Downloads(Agenda agenda, Costs costs, int workers) {
        this.agenda = agenda;
        workerPerMicro = costs.workerBandwidth().value() / 1e6;
        headPerMicro = costs.headBandwidth().value() / 1e6;
        ofWorker = new int[workers];
    }

    /** Brings so many bytes to the worker. */
    void begin(int worker, long bytes, Runnable done) {
        count();
        active.add(new Download(worker, bytes, done));
        ofWorker[worker]++;
        plan();
    }

    private void count() {
        long passed = agenda.now() - counted;
        counted = agenda.now();
        for (Download download : active) {
            download.left -= download.rate * passed;
        }
    }

    private void plan() {
        long current = ++plan;
        double soonest = Double.MAX_VALUE;
        for (Download download : active) {
            download.rate = Math.min(workerPerMicro / ofWorker[download.worker], headPerMicro / active.size());
            soonest = Math.min(soonest, download.left / download.rate);
        }
        if (!active.isEmpty()) {
            agenda.after((long) Math.ceil(Math.max(0, soonest)), () -> due(current));
        }
    }

    private void due(long planned) {
        if (planned != plan) {
            return;
        }
        count();
        List<Download> ended = active.stream().filter(one -> one.left < 1).toList();
        active.removeAll(ended);
        ended.forEach(one -> ofWorker[one.worker]--);
        plan();
        ended.forEach(one -> one.done.run());
    }
}
