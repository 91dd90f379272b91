package dev.hearth.common.config;

/** How many letters must be inserted, deleted, replaced or swapped with their neighbour to turn one text into another. */
final class EditDistance {
    private final String from;
    private final String to;
    private final int[][] cost;

    private EditDistance(String from, String to) {
        this.from = from;
        this.to = to;
        this.cost = new int[from.length() + 1][to.length() + 1];
    }

    static int between(String from, String to) {
        return new EditDistance(from, to).fill();
    }

    private int fill() {
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(i, j);
            }
        }
        return cost[from.length()][to.length()];
    }

    private int step(int i, int j) {
        int replaced = cost[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        return swapped(i, j) ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }

    private boolean swapped(int i, int j) {
        return i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
    }
}
