package dev.hearth.gateway.http;

import io.vertx.core.buffer.Buffer;

/** Who writes down all that this process measures; may take a while, any thread may ask. */
@FunctionalInterface
public interface MetricsSource {
    /** The whole page, as OpenMetrics or in Prometheus' older text format. */
    Page page(boolean openMetrics);

    /**
     * What was measured at one moment.
     *
     * @param type its Content-Type
     */
    record Page(String type, Buffer body) {}
}
