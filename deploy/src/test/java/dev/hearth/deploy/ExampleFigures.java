package dev.hearth.deploy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The figures that the example functions report, computed another way. */
final class ExampleFigures {
    private ExampleFigures() {}

    /** What the function {@code etl} makes of a table of orders. */
    static JsonObject report(String table) {
        Map<String, BigDecimal> revenue = new TreeMap<>();
        Map<String, BigDecimal> countries = new TreeMap<>();
        Map<String, Integer> units = new LinkedHashMap<>();
        Set<String> customers = new HashSet<>();
        List<String> broken = new ArrayList<>();
        int good = 0;
        for (String line : table.lines().skip(1).toList()) {
            String[] cells = line.split(",", -1);
            // A price with a decimal comma shifts the cells behind it, and its first half is a price of its own.
            if (!cells[5].matches("\\d+(\\.\\d+)?")) {
                broken.add(cells[0]);
                continue;
            }
            BigDecimal amount = new BigDecimal(cells[5]).multiply(new BigDecimal(cells[4]));
            good++;
            revenue.merge(cells[1].substring(0, 7), amount, BigDecimal::add);
            countries.merge(cells[2], amount, BigDecimal::add);
            units.merge(cells[3], Integer.parseInt(cells[4]), Integer::sum);
            customers.add(cells[6]);
        }
        return new JsonObject()
                .put("rows", good)
                .put(
                        "broken",
                        new JsonObject().put("count", broken.size()).put("first", new JsonArray(broken.subList(0, 5))))
                .put("customers", customers.size())
                .put("revenue", texts(revenue))
                .put("countries", texts(countries))
                .put("bestsellers", best(units));
    }

    private static JsonObject texts(Map<String, BigDecimal> sums) {
        JsonObject texts = new JsonObject();
        sums.forEach((name, sum) -> texts.put(name, sum.toPlainString()));
        return texts;
    }

    private static JsonArray best(Map<String, Integer> units) {
        JsonArray best = new JsonArray();
        units.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(3)
                .forEach(entry -> best.add(new JsonArray().add(entry.getKey()).add(entry.getValue())));
        return best;
    }

    /** What the function {@code text} makes of a book: here in one pass over the letters, there by patterns. */
    static JsonObject counted(String book) {
        Map<String, Integer> counts = new HashMap<>();
        StringBuilder word = new StringBuilder();
        int words = 0;
        int sentences = 0;
        int tokens = 0;
        int longest = 0;
        boolean inToken = false;
        for (int i = 0; i < book.length(); i++) {
            char c = book.charAt(i);
            if (Character.isLetter(c)) {
                word.append(Character.toLowerCase(c));
            } else if (!word.isEmpty()) {
                counts.merge(word.toString(), 1, Integer::sum);
                word.setLength(0);
                words++;
            }
            boolean ends = ".!?".indexOf(c) >= 0 && i + 1 < book.length() && Character.isWhitespace(book.charAt(i + 1));
            if (!Character.isWhitespace(c) && !ends && !inToken) {
                inToken = true;
                tokens++;
            } else if (Character.isWhitespace(c)) {
                inToken = false;
            }
            if (ends) {
                sentences++;
                longest = Math.max(longest, tokens);
                tokens = 0;
                inToken = false;
            }
        }
        JsonObject common = new JsonObject();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
                .limit(10)
                .forEach(entry -> common.put(entry.getKey(), entry.getValue()));
        return new JsonObject()
                .put("words", words)
                .put("distinct", counts.size())
                .put("sentences", sentences)
                .put("chapters", (int) book.lines()
                        .filter(line -> line.matches("CHAPTER \\d+"))
                        .count())
                .put("common", common)
                .put("longestSentence", longest);
    }
}
