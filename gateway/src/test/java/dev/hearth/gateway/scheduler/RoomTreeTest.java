package dev.hearth.gateway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The tree against a look at each node. */
final class RoomTreeTest {
    @Test
    void findsTheSameNodeAsALookAtEach() {
        for (int size : new int[] {1, 2, 3, 7, 8, 33}) {
            Random random = new Random(size);
            long[][] free = new long[size][3];
            RoomTree tree = new RoomTree(size);
            for (int round = 0; round < 2_000; round++) {
                int node = random.nextInt(size);
                free[node] = new long[] {random.nextInt(4) - 1, random.nextInt(9) - 2, random.nextInt(9) - 2};
                tree.set(node, free[node][0], free[node][1], free[node][2]);
                int from = random.nextInt(size + 1);
                long memory = random.nextInt(9);
                long scratch = random.nextInt(9);
                assertThat(tree.next(from, memory, scratch))
                        .as("size %d round %d", size, round)
                        .isEqualTo(first(free, from, memory, scratch));
            }
        }
    }

    private static int first(long[][] free, int from, long memory, long scratch) {
        for (int node = from; node < free.length; node++) {
            if (free[node][0] > 0 && free[node][1] >= memory && free[node][2] >= scratch) {
                return node;
            }
        }
        return Candidates.NONE;
    }

    @Test
    void anEmptyTreeFitsNothing() {
        assertThat(new RoomTree(0).next(0, 0, 0)).isEqualTo(Candidates.NONE);
    }
}
