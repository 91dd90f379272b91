package dev.hearth.gateway.image.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.gateway.image.cluster.StoreBudget.Candidate;
import dev.hearth.gateway.image.cluster.StoreBudget.Leaving;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class StoreBudgetTest {
    private static final int SEEDS = 300;

    /** An image of a manifest of one byte and these layers. */
    private static StoredImage image(String name, Map<String, Long> layers) {
        return image(name, List.of(), layers);
    }

    private static StoredImage image(String name, List<String> listed, Map<String, Long> layers) {
        Map<String, Long> blobs = new HashMap<>(layers);
        List<String> manifests = Stream.concat(Stream.of(name), listed.stream()).toList();
        manifests.forEach(manifest -> blobs.put(manifest, 1L));
        return new StoredImage(Set.of(name), manifests, blobs);
    }

    private static Candidate candidate(StoredImage image, long lastUse) {
        return new Candidate(image, lastUse, false);
    }

    private static List<String> names(List<Leaving> leaving) {
        return leaving.stream().map(one -> one.image().digest()).toList();
    }

    private static List<String> going(long most, Candidate... held) {
        return names(StoreBudget.surplus(List.of(held), most, image -> true));
    }

    @Test
    void nothingGoesWhileAllFitsToTheLastByte() {
        Candidate a = candidate(image("a", Map.of("x", 99L)), 1);
        Candidate b = candidate(image("b", Map.of("y", 99L)), 2);
        assertThat(going(200, a, b)).isEmpty();
        assertThat(going(199, a, b)).containsExactly("a");
    }

    @Test
    void whatWasWantedLeastRecentlyGoesFirstAndNoMoreThanItTakes() {
        Candidate a = candidate(image("a", Map.of("x", 99L)), 30);
        Candidate b = candidate(image("b", Map.of("y", 99L)), 10);
        Candidate c = candidate(image("c", Map.of("z", 99L)), 20);
        assertThat(going(250, a, b, c)).containsExactly("b");
        assertThat(going(150, a, b, c)).containsExactly("b", "c");
        assertThat(going(0, a, b, c)).containsExactly("b", "c", "a");
    }

    @Test
    void aLayerOfTwoImagesCountsOnceAndIsFreeWithTheSecond() {
        StoredImage a = image("a", Map.of("base", 1000L, "x", 9L));
        StoredImage b = image("b", Map.of("base", 1000L, "y", 9L));
        assertThat(StoreBudget.bytes(List.of(a, b))).isEqualTo(1020);
        List<Leaving> both = StoreBudget.surplus(List.of(candidate(a, 1), candidate(b, 2)), 500, image -> true);
        assertThat(both).containsExactly(new Leaving(a, List.of("a"), 10), new Leaving(b, List.of("b"), 1010));
        assertThat(going(1010, candidate(a, 1), candidate(b, 2))).containsExactly("a");
    }

    @Test
    void whatMayNotGoStaysAndTheNextGoesInItsPlace() {
        Candidate a = candidate(image("a", Map.of("x", 99L)), 1);
        Candidate b = candidate(image("b", Map.of("y", 99L)), 2);
        List<String> asked = new ArrayList<>();
        Predicate<StoredImage> allButA =
                image -> asked.add(image.digest()) && !image.digest().equals("a");
        assertThat(names(StoreBudget.surplus(List.of(b, a), 100, allButA))).containsExactly("b");
        assertThat(asked).containsExactly("a", "b");
        assertThat(StoreBudget.surplus(List.of(a, b), 100, image -> false)).isEmpty();
    }

    @Test
    void ofImagesThatNothingIsKnownOfTheOneWithoutAFunctionGoesFirst() {
        Candidate serves = new Candidate(image("a", Map.of("x", 99L)), 0, true);
        Candidate idle = new Candidate(image("b", Map.of("y", 99L)), 0, false);
        Candidate asked = new Candidate(image("c", Map.of("z", 99L)), 5, false);
        assertThat(going(250, serves, idle, asked)).containsExactly("b");
        assertThat(going(100, serves, idle, asked)).containsExactly("b", "a");
    }

    @Test
    void anIndexGoesWithTheManifestsThatNoOtherOneLists() {
        StoredImage one = image("i", List.of("m", "shared"), Map.of("x", 99L));
        StoredImage other = image("j", List.of("shared"), Map.of("y", 99L));
        List<Leaving> first = StoreBudget.surplus(List.of(candidate(one, 1), candidate(other, 2)), 150, image -> true);
        assertThat(first).containsExactly(new Leaving(one, List.of("i", "m"), 101));
        List<Leaving> all = StoreBudget.surplus(List.of(candidate(one, 1), candidate(other, 2)), 0, image -> true);
        assertThat(all.getLast().manifests()).containsExactly("j", "shared");
    }

    @Test
    void anImageThatAnIndexListsStaysWithIt() {
        Candidate listed = candidate(image("m", Map.of("x", 99L)), 1);
        Candidate index = candidate(image("i", List.of("m"), Map.of("x", 99L)), 2);
        Candidate other = candidate(image("o", Map.of("y", 99L)), 3);
        assertThat(going(150, listed, index, other)).containsExactly("i", "o");
    }

    /** Against a plain count: what is left, what is free by each, and that nothing was taken that need not go. */
    @Test
    void whateverTheImagesTheSumsAreThoseOfAPlainCount() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<Candidate> held = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Map<String, Long> layers = new HashMap<>();
                for (int n = random.nextInt(5); n >= 0; n--) {
                    int layer = random.nextInt(15);
                    layers.put("layer" + layer, 10L + layer);
                }
                held.add(new Candidate(image("image" + i, layers), random.nextInt(6), random.nextBoolean()));
            }
            Set<String> pinned = new HashSet<>();
            held.stream()
                    .filter(one -> random.nextInt(4) == 0)
                    .forEach(one -> pinned.add(one.image().digest()));
            long most = random.nextInt(300);
            Predicate<StoredImage> mayGo = image -> !pinned.contains(image.digest());
            checkAgainstAPlainCount(seed, held, most, mayGo);
        }
    }

    private static void checkAgainstAPlainCount(
            int seed, List<Candidate> held, long most, Predicate<StoredImage> mayGo) {
        List<StoredImage> rest =
                new ArrayList<>(held.stream().map(Candidate::image).toList());
        for (Leaving next : StoreBudget.surplus(held, most, mayGo)) {
            long before = plain(rest);
            assertThat(before).as("seed %d: need not go", seed).isGreaterThan(most);
            assertThat(mayGo.test(next.image())).as("seed %d", seed).isTrue();
            rest.remove(next.image());
            assertThat(next.bytes()).as("seed %d", seed).isEqualTo(before - plain(rest));
        }
        assertThat(plain(rest) <= most || rest.stream().noneMatch(mayGo))
                .as("seed %d: too much is left", seed)
                .isTrue();
    }

    private static long plain(Collection<StoredImage> images) {
        Map<String, Long> distinct = new HashMap<>();
        images.forEach(image -> distinct.putAll(image.blobs()));
        return distinct.values().stream().mapToLong(Long::longValue).sum();
    }
}
