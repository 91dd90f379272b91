import dev.hearth.function.Context;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Sums a table of sales (text/csv: day,region,product,quantity,price) by region, with the best product of each. */
public class Sales {
    record Sale(String region, String product, int quantity, BigDecimal price) {
        BigDecimal value() {
            return price.multiply(BigDecimal.valueOf(quantity));
        }
    }

    record Region(String region, int sales, BigDecimal revenue, String best) {}

    record Report(int lines, int refused, BigDecimal revenue, List<Region> regions) {}

    public Report handle(String csv, Context context) {
        List<String> lines = csv.lines().skip(1).filter(line -> !line.isBlank()).toList();
        List<Sale> sales = lines.stream().flatMap(line -> parsed(line).stream()).toList();
        int refused = lines.size() - sales.size();
        if (refused > 0) {
            context.logger().warn(refused + " of " + lines.size() + " lines are no sales");
        }
        List<Region> regions = sales.stream().collect(Collectors.groupingBy(Sale::region)).entrySet().stream()
                .map(each -> region(each.getKey(), each.getValue()))
                .sorted(Comparator.comparing(Region::revenue).reversed().thenComparing(Region::region))
                .toList();
        return new Report(lines.size(), refused, sum(sales), regions);
    }

    private static List<Sale> parsed(String line) {
        String[] fields = line.split(",", -1);
        try {
            return List.of(new Sale(fields[1], fields[2], Integer.parseInt(fields[3]), new BigDecimal(fields[4])));
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            return List.of();
        }
    }

    private static Region region(String name, List<Sale> sales) {
        Map<String, BigDecimal> byProduct = sales.stream()
                .collect(Collectors.groupingBy(
                        Sale::product, Collectors.reducing(BigDecimal.ZERO, Sale::value, BigDecimal::add)));
        String best = byProduct.entrySet().stream()
                .max(Map.Entry.<String, BigDecimal>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
        return new Region(name, sales.size(), sum(sales), best);
    }

    private static BigDecimal sum(List<Sale> sales) {
        return sales.stream()
                .map(Sale::value)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .setScale(2, RoundingMode.HALF_UP);
    }
}
