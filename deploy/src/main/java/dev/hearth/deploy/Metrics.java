package dev.hearth.deploy;

import dev.hearth.gateway.http.MetricsSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;

/** All that this process measures, its own memory, threads and processor time included, and the page that tells it. */
final class Metrics implements MetricsSource {
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    // Listens to the collector for as long as the process lives.
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private volatile int lastSize = 1 << 16;

    Metrics() {
        collections.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        processor();
        Gauge.builder("hearth.build.info", () -> 1)
                .description("Always 1; the label says which Hearth this is.")
                .tag("version", Version.number())
                .register(registry);
    }

    private void processor() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            FunctionCounter.builder("process.cpu", system, bean -> bean.getProcessCpuTime() / 1e9)
                    .description("Processor time that this process has used.")
                    .baseUnit("seconds")
                    .register(registry);
        }
    }

    /** How much this process may still write below the folder. */
    void folder(Path data) {
        File folder = data.toFile();
        Gauge.builder("hearth.data.free", folder::getUsableSpace)
                .description("Free space of the file system that the data folder is on.")
                .baseUnit("bytes")
                .register(registry);
    }

    /** Only a member of a cluster has this one. */
    void certificate(Instant expires) {
        Gauge.builder("hearth.certificate.expires", () -> expires.getEpochSecond())
                .description("Unix time at which the certificate of this member of the cluster expires.")
                .baseUnit("seconds")
                .register(registry);
    }

    MeterRegistry registry() {
        return registry;
    }

    @Override
    public Page page(boolean openMetrics) {
        String type = openMetrics ? OPEN_METRICS : PROMETHEUS;
        ByteArrayOutputStream out = new ByteArrayOutputStream(lastSize);
        try {
            registry.scrape(out, type);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        lastSize = out.size() + out.size() / 8;
        return new Page(type, Buffer.buffer(out.toByteArray()));
    }
}
