package dev.hearth.invoker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The images of a simulated engine; keeps its own sums of what Hearth may count. */
final class FakeDisk {
    private final long budget;
    private final Map<String, Long> sizes = new LinkedHashMap<>();
    private final Set<String> here = new HashSet<>();
    private final Set<String> owned = new HashSet<>();
    private final Set<String> fetching = new HashSet<>();
    private final Set<String> leaving = new HashSet<>();
    private int fetches;
    private int removals;

    FakeDisk(PoolLimits limits, List<Demand> demands) {
        this.budget = limits.images().value();
        for (Demand demand : demands) {
            sizes.put(demand.image(), demand.terms().size().value());
            if (!demand.terms().fetchable()) {
                here.add(demand.image());
                owned.add(demand.image());
            }
        }
    }

    boolean has(String image) {
        return here.contains(image);
    }

    long size(String image) {
        return sizes.getOrDefault(image, 0L);
    }

    /** Images that can be fetched, in a fixed order. */
    List<String> fetchable() {
        return sizes.keySet().stream().filter(image -> !owned.contains(image)).toList();
    }

    int fetches() {
        return fetches;
    }

    int removals() {
        return removals;
    }

    void fetch(String image) {
        assertThat(fetching.add(image)).as("one fetch of %s at a time", image).isTrue();
        assertThat(leaving).as("images under removal").doesNotContain(image);
        Set<String> counted = new HashSet<>(here);
        counted.removeAll(owned);
        counted.addAll(fetching);
        assertThat(counted.stream().mapToLong(this::size).sum())
                .as("disk with %s", image)
                .isLessThanOrEqualTo(budget);
    }

    void fetched(String image) {
        fetching.remove(image);
        here.add(image);
        fetches++;
    }

    void fetchFailed(String image) {
        fetching.remove(image);
    }

    /** Fetched for a registration. */
    void comes(String image) {
        here.add(image);
    }

    void orderOut(String image, FakeNode node) {
        assertThat(owned).as("images of others").doesNotContain(image);
        assertThat(fetching).as("images under way").doesNotContain(image);
        assertThat(leaving.add(image)).as("one removal of %s at a time", image).isTrue();
        assertThat(node.imagesInUse()).as("images of containers").doesNotContain(image);
    }

    void removed(String image) {
        leaving.remove(image);
        here.remove(image);
        removals++;
    }

    void stays(String image) {
        leaving.remove(image);
    }

    boolean isStill(String image) {
        return !fetching.contains(image) && !leaving.contains(image);
    }

    /** Other hands remove it. */
    void vanish(String image) {
        here.remove(image);
    }

    /** Images that other hands could remove now. */
    List<String> free(FakeNode node) {
        List<String> free = new ArrayList<>(fetchable());
        free.removeIf(image -> !here.contains(image) || !isStill(image));
        free.removeAll(node.imagesInUse());
        return free;
    }
}
