package dev.hearth.deploy.simulation.trace;

/**
 * How many calls a day each function gets, the least popular first.
 *
 * <p>After figure 5 of "Serverless in the Wild" (Shahrad et al., USENIX ATC 2020): 45 % of the functions are called at most
 * once an hour and 81 % at most once a minute. The rest follows a power law whose exponent is chosen so that all calls
 * together come to the total asked for.
 */
final class Popularity {
    private static final double LEAST = 0.5;
    private static final double HOURLY = 24;
    private static final double EVERY_MINUTE = 1_440;
    private static final double HOURLY_SHARE = 0.45;
    private static final double MINUTE_SHARE = 0.81;
    private static final double STEEPEST = 4;
    private static final int HALVINGS = 60;

    private Popularity() {}

    /** Calls a day by function, which come to the total. */
    static double[] perDay(int functions, double total) {
        double low = 0;
        double high = STEEPEST;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (sum(rates(functions, middle)) < total) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double[] rates = rates(functions, low);
        double scale = total / sum(rates);
        for (int i = 0; i < functions; i++) {
            rates[i] *= scale;
        }
        return rates;
    }

    private static double[] rates(int functions, double exponent) {
        double[] rates = new double[functions];
        for (int i = 0; i < functions; i++) {
            rates[i] = rate((i + 0.5) / functions, exponent);
        }
        return rates;
    }

    /** Calls a day of the function than which this share of all is less popular. */
    private static double rate(double share, double exponent) {
        if (share < HOURLY_SHARE) {
            return between(LEAST, HOURLY, share / HOURLY_SHARE);
        }
        if (share < MINUTE_SHARE) {
            return between(HOURLY, EVERY_MINUTE, (share - HOURLY_SHARE) / (MINUTE_SHARE - HOURLY_SHARE));
        }
        return EVERY_MINUTE * Math.pow((1 - MINUTE_SHARE) / (1 - share), exponent);
    }

    private static double between(double low, double high, double part) {
        return low * Math.pow(high / low, part);
    }

    private static double sum(double[] rates) {
        double sum = 0;
        for (double rate : rates) {
            sum += rate;
        }
        return sum;
    }
}
