package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolSimulation.Weather;
import java.util.List;

/** What becomes of images in a simulation: fetched, not fetched, removed, kept, taken away and brought by other hands. */
final class DiskEvents {
    private final PoolSimulation simulation;
    private final Weather weather;

    DiskEvents(PoolSimulation simulation, Weather weather) {
        this.simulation = simulation;
        this.weather = weather;
    }

    /** Other hands remove an image; functions are registered, whose images come without a call. */
    void beat() {
        List<String> free = simulation.disk().free(simulation.node());
        if (simulation.chance(weather.loss()) && !free.isEmpty()) {
            String image = simulation.any(free);
            simulation.disk().vanish(image);
            simulation.after(simulation.below(10_000), () -> {
                if (!simulation.disk().has(image) && simulation.disk().isStill(image)) {
                    simulation.feed("gone " + image, p -> p.image(new ImageNews.Gone(image), simulation.now()));
                }
            });
        }
        List<String> known = simulation.disk().fetchable();
        if (simulation.chance(4) && !known.isEmpty()) {
            String image = simulation.any(known);
            if (simulation.disk().isStill(image)) {
                simulation.disk().comes(image);
                simulation.feed(
                        "came " + image,
                        p -> p.image(
                                new ImageNews.Came(
                                        image, new Bytes(simulation.disk().size(image))),
                                simulation.now()));
            }
        }
    }

    void fetches(String image) {
        boolean fails = simulation.chance(weather.fault());
        simulation.after(1 + simulation.below(simulation.chance(weather.hang()) ? 40_000 : 2_000), () -> {
            if (fails) {
                simulation.disk().fetchFailed(image);
                simulation.feed(
                        "fetch failed " + image,
                        p -> p.image(new ImageNews.FetchFailed(image, "cut"), simulation.now()));
                return;
            }
            simulation.disk().fetched(image);
            ImageNews news =
                    new ImageNews.Fetched(image, new Bytes(simulation.disk().size(image)), ImageKind.FETCHED);
            simulation.feed("fetched " + image, p -> p.image(news, simulation.now()));
            if (simulation.chance(weather.echo())) {
                simulation.after(simulation.below(5_000), () -> echo(image, news));
            }
        });
    }

    void leaves(String image) {
        boolean fails = simulation.chance(weather.fault());
        simulation.after(1 + simulation.below(500), () -> {
            if (fails) {
                simulation.disk().stays(image);
                simulation.feed("stays " + image, p -> p.image(new ImageNews.Stays(image), simulation.now()));
                return;
            }
            simulation.disk().removed(image);
            ImageNews news = new ImageNews.Removed(image);
            simulation.feed("removed " + image, p -> p.image(news, simulation.now()));
            if (simulation.chance(weather.echo())) {
                simulation.after(simulation.below(5_000), () -> echo(image, news));
            }
        });
    }

    /** The actor answers once; what comes twice comes when nothing is under way. */
    private void echo(String image, ImageNews news) {
        if (simulation.disk().isStill(image)) {
            simulation.feed("again " + news, p -> p.image(news, simulation.now()));
        }
    }
}
