package dev.hearth.gateway.scheduler;

import static dev.hearth.gateway.scheduler.Sample.demand;
import static dev.hearth.gateway.scheduler.Sample.room;
import static dev.hearth.gateway.scheduler.Sample.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.Gpus;
import dev.hearth.common.id.RevisionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the policies {@code balanced} and {@code locality}, choice by choice, to a comparison of all nodes. */
final class LeastLoadedSimulationTest {
    private static final int SEEDS = 60;
    private static final int EVENTS = 400;
    private static final int REVISIONS = 5;
    private static final int NODES = 12;
    private static final List<Preference> BALANCED = List.of(Preference.IDLE, Preference.ROOM);

    @ParameterizedTest
    @ValueSource(strings = {"balanced", "locality"})
    void choosesAsAComparisonOfAllNodesDoes(String policy) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Run run = new Run(seed, policy);
            for (int event = 0; event < EVENTS; event++) {
                run.next();
            }
            assertThat(run.choices).as("choices of seed %s", seed).isGreaterThan(EVENTS / 8);
        }
    }

    /** One seed's events: arrivals, ends, refusals, reports, losses and ticks. */
    private static final class Run {
        private final long seed;
        private final Random random;
        private final Scheduler scheduler;
        private final List<Decision.Place> running = new ArrayList<>();
        private int calls;
        private int choices;
        private long now;

        Run(long seed, String policy) {
            this.seed = seed;
            random = new Random(seed);
            SchedulerLimits limits = new SchedulerLimits(200, 200, Duration.ofMillis(100), Duration.ofMillis(20));
            PlacementPolicy tested = PlacementPolicy.named(policy, 0);
            List<Preference> asked = policy.equals("balanced") ? BALANCED : List.of(Preference.values());
            scheduler = new Scheduler(limits, candidates -> {
                int chosen = tested.choose(candidates);
                assertThat(chosen).as("seed %s, call %s", this.seed, calls).isEqualTo(byComparison(candidates, asked));
                choices++;
                return chosen;
            });
        }

        void next() {
            now += random.nextInt(5);
            int kind = random.nextInt(100);
            if (kind < 45) {
                int revision = random.nextInt(REVISIONS);
                Demand plain = demand(1 + revision, 1 + revision % 2);
                Demand demand = revision < 3 ? plain : Sample.needing(plain, Gpus.NONE, "zone=a");
                follow(scheduler.submit(ticket(calls++, revision, demand), now).decisions());
            } else if (kind < 75 && !running.isEmpty()) {
                end();
            } else if (kind < 97) {
                follow(scheduler.node(report(), now));
            } else if (kind < 98) {
                lose("n" + random.nextInt(NODES));
            } else {
                follow(scheduler.tick(now));
            }
        }

        private void end() {
            Decision.Place place = running.remove(random.nextInt(running.size()));
            boolean refuses = random.nextInt(8) == 0;
            Finish finish = random.nextBoolean() ? Finish.keeping(1) : Finish.losing(1);
            follow(
                    refuses
                            ? scheduler.refused(place.id(), place.node(), now)
                            : scheduler.ended(place.id(), place.node(), finish, now));
        }

        private void lose(String node) {
            running.removeIf(place -> place.node().equals(node));
            follow(scheduler.nodeLost(node, now).decisions());
        }

        private NodeView report() {
            NodeView node =
                    Sample.node("n" + random.nextInt(NODES), room(1 + random.nextInt(6), 4 + random.nextInt(12), 9));
            Map<RevisionId, Integer> idle = new HashMap<>();
            for (int i = 0; i < REVISIONS; i++) {
                if (random.nextInt(6) == 0) {
                    idle.put(Sample.revision(i), 1 + random.nextInt(2));
                }
            }
            Map<String, Integer> stems = random.nextInt(4) == 0 ? Map.of("python3", 1) : Map.of();
            Set<String> images = random.nextBoolean() ? Set.of("python") : Set.of();
            NodeView view = Sample.offering(node, idle, stems, images);
            boolean labelled = random.nextBoolean();
            return Sample.ready(labelled ? Sample.labelled(view, "zone=a") : view, random.nextInt(10) > 0);
        }

        private void follow(List<Decision> decisions) {
            for (Decision decision : decisions) {
                if (decision instanceof Decision.Place place) {
                    running.add(place);
                }
            }
        }
    }

    private static int byComparison(Candidates candidates, List<Preference> asked) {
        return asked.stream()
                .map(preference -> least(candidates, preference))
                .filter(node -> node != Candidates.NONE)
                .findFirst()
                .orElse(Candidates.NONE);
    }

    private static int least(Candidates candidates, Preference preference) {
        int best = candidates.next(preference, 0);
        for (int node = best; node != Candidates.NONE; node = candidates.next(preference, node + 1)) {
            best = better(candidates, node, best) ? node : best;
        }
        return best;
    }

    private static boolean better(Candidates candidates, int node, int best) {
        long load = (long) candidates.inFlight(node) * candidates.slots(best);
        long bestLoad = (long) candidates.inFlight(best) * candidates.slots(node);
        return load < bestLoad
                || (load == bestLoad && candidates.preference(node).compareTo(candidates.preference(best)) < 0);
    }
}
