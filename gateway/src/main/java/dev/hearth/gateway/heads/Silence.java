package dev.hearth.gateway.heads;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which heads have been silent for so long that they are gone; without clock or I/O.
 *
 * <p>A head is judged by how its beats come here, never by its clock. Who judges others must have been awake, and have
 * reached the database: time in which this head did not look is nobody's silence.
 */
final class Silence {
    private final long graceMillis;
    private final Map<String, Seen> seen = new HashMap<>();
    private long lookedAt = Long.MIN_VALUE;

    private record Seen(long epoch, long beat, long at) {
        boolean same(HeadLife life) {
            return epoch == life.epoch() && beat == life.beat();
        }
    }

    /** None seen yet. */
    Silence(long graceMillis) {
        this.graceMillis = graceMillis;
    }

    /** Those of these that are gone. */
    List<HeadLife> gone(List<HeadLife> lives, long now) {
        long away = lookedAt == Long.MIN_VALUE ? 0 : now - lookedAt;
        lookedAt = now;
        if (away > graceMillis / 2) {
            seen.replaceAll((id, before) -> new Seen(before.epoch(), before.beat(), before.at() + away));
        }
        seen.keySet().retainAll(lives.stream().map(HeadLife::id).collect(Collectors.toSet()));
        lives.forEach(life -> seen.compute(
                life.id(),
                (id, before) ->
                        before != null && before.same(life) ? before : new Seen(life.epoch(), life.beat(), now)));
        return lives.stream()
                .filter(life -> {
                    Seen last = seen.get(life.id());
                    return last != null && now - last.at() >= graceMillis;
                })
                .toList();
    }
}
