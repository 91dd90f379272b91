package dev.hearth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.config.Catalogue;
import dev.hearth.common.config.Settings;
import dev.hearth.common.config.Sources;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.GatewayConfig.Async;
import dev.hearth.gateway.GatewayConfig.CodeBounds;
import dev.hearth.gateway.GatewayConfig.Http;
import dev.hearth.gateway.GatewayConfig.Queue;
import dev.hearth.gateway.GatewayConfig.Records;
import dev.hearth.gateway.GatewayConfig.Registry;
import dev.hearth.gateway.GatewayConfig.Scheduling;
import dev.hearth.gateway.GatewayConfig.Store;
import dev.hearth.gateway.GatewayConfig.Tls;
import dev.hearth.gateway.auth.AuthSettings;
import dev.hearth.gateway.destination.AddressBlock;
import dev.hearth.gateway.destination.Backoff;
import dev.hearth.gateway.destination.DeliverySettings;
import dev.hearth.gateway.durable.DurableSettings;
import dev.hearth.gateway.durable.SyncKeep;
import dev.hearth.gateway.heads.HeadSettings;
import dev.hearth.gateway.image.cluster.ImageStoreSettings;
import dev.hearth.gateway.store.PostgresServer;
import dev.hearth.gateway.tls.PemFiles;
import dev.hearth.gateway.usage.Prices;
import dev.hearth.gateway.usage.UsageSettings;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GatewayConfigTest {
    private static final Catalogue CATALOGUE = Catalogue.of(List.of(GatewayConfig.SETTINGS));

    @Test
    void hasDefaults() {
        assertThat(bind())
                .isEqualTo(new GatewayConfig(
                        new Http(
                                "127.0.0.1",
                                8080,
                                List.of(),
                                Bytes.ofMiB(64),
                                Bytes.ofMiB(32),
                                Bytes.ofKiB(16),
                                10_000,
                                Duration.ofSeconds(75),
                                Duration.ofSeconds(10),
                                Bytes.ofKiB(1),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(15),
                                Bytes.ofKiB(256),
                                Bytes.ofMiB(128),
                                2,
                                Bytes.ofGiB(8),
                                Duration.ofMinutes(5)),
                        new Tls(false, Optional.empty(), Duration.ofSeconds(10), Duration.ofSeconds(10)),
                        AuthSettings.DEFAULT,
                        new CodeBounds(Bytes.ofMiB(64), Bytes.ofMiB(512), 20_000, 32),
                        new Registry(10_000, 20, Bytes.ofKiB(16)),
                        new Queue(10_000, 5_000, Duration.ofSeconds(60), Duration.ofHours(1)),
                        new Scheduling("fcfs", Duration.ofSeconds(2), Duration.ofMillis(200), false),
                        new Records(20_000, Bytes.ofMiB(32), 64, Duration.ofMillis(200), Duration.ofSeconds(2)),
                        async(),
                        new Store(
                                4,
                                4_096,
                                256,
                                Duration.ofSeconds(5),
                                Bytes.ofMiB(256),
                                Optional.empty(),
                                new HeadSettings(Duration.ofSeconds(5), Duration.ofMillis(250))),
                        DeliverySettings.DEFAULT,
                        Duration.ofMillis(4_500),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        1_000,
                        new UsageSettings(
                                Duration.ofSeconds(1),
                                Duration.ofDays(400),
                                10_000,
                                new Prices("EUR", BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO)),
                        new ImageStoreSettings(
                                Optional.empty(),
                                Duration.ofSeconds(5),
                                Bytes.ofGiB(50),
                                Bytes.ofGiB(50),
                                Duration.ofMinutes(10),
                                false,
                                2,
                                64)));
    }

    private static Async everyAsync() {
        DurableSettings durable = new DurableSettings(
                43,
                44,
                45,
                46,
                Bytes.ofKiB(47),
                48,
                49,
                50,
                Duration.ofSeconds(51),
                Duration.ofSeconds(52),
                Duration.ofSeconds(53),
                54,
                Duration.ofSeconds(55),
                56,
                Duration.ofSeconds(57),
                SyncKeep.ALL,
                61);
        return new Async(durable, 58, 59, Duration.ofSeconds(60));
    }

    private static Async async() {
        DurableSettings durable = new DurableSettings(
                2_000_000,
                1_500_000,
                512,
                50_000,
                Bytes.ofMiB(16),
                512,
                2,
                100,
                Duration.ofSeconds(1),
                Duration.ofMinutes(10),
                Duration.ofDays(31),
                10,
                Duration.ofDays(7),
                1_000_000,
                Duration.ofDays(1),
                SyncKeep.FAILED,
                1_000);
        return new Async(durable, 10_000, 10_000, Duration.ofSeconds(10));
    }

    @Test
    void readsEveryKey() {
        String[] flags = {
            "gateway.host=127.0.0.2",
            "gateway.port=1",
            "gateway.hosts=a,b",
            "gateway.tls=auto",
            "gateway.tls-cert=/tls/crt",
            "gateway.tls-key=/tls/key",
            "gateway.tls-check=36s",
            "gateway.tls-handshake-timeout=41s",
            "auth.keys=37",
            "auth.failures=38",
            "auth.window=39s",
            "auth.addresses=40",
            "gateway.body-bytes=2MiB",
            "gateway.answer-bytes=31MiB",
            "gateway.stall-timeout=32s",
            "gateway.linger-timeout=35s",
            "gateway.send-buffer=33KiB",
            "gateway.upload-readers=34",
            "gateway.header-bytes=3KiB",
            "gateway.connections=4",
            "gateway.idle-timeout=5s",
            "gateway.pace=6s",
            "gateway.pace-bytes=6B",
            "gateway.upload-bytes=24KiB",
            "gateway.image-bytes=42KiB",
            "gateway.start-budget=25s",
            "gateway.code-depth=26",
            "registry.functions=27",
            "registry.revisions=28",
            "registry.init-bytes=1KiB",
            "scheduler.refusal-backoff=29s",
            "store.batch=30",
            "gateway.wait-max=7s",
            "gateway.code-bytes=8KiB",
            "gateway.code-unpacked=9KiB",
            "gateway.code-entries=10",
            "queue.length=12",
            "queue.per-function=11",
            "queue.timeout=13s",
            "queue.timeout-max=14s",
            "scheduler.policy=balanced",
            "scheduler.fair-share=true",
            "scheduler.patience=15s",
            "records.sync-count=16",
            "records.sync-bytes=17MiB",
            "records.followers=36",
            "records.follow-beat=37ms",
            "records.log-patience=38ms",
            "async.queue=43",
            "async.queue-per-function=44",
            "async.window=45",
            "async.windows=46",
            "async.window-bytes=47KiB",
            "async.accept-batch=48",
            "async.retries=49",
            "async.retries-max=50",
            "async.backoff=51s",
            "async.backoff-max=52s",
            "async.delay-max=53s",
            "async.losses=54",
            "records.keep-for=55s",
            "records.keep-count=56",
            "async.idempotency=57s",
            "records.sync-keep=all",
            "records.sync-keep-rate=61",
            "invocations.waiters=58",
            "invocations.wait-ids=59",
            "invocations.heartbeat=60s",
            "store.readers=18",
            "store.pending=19",
            "store.busy-timeout=20s",
            "store.url=jdbc:postgresql://db:5432/hearth?sslmode=require",
            "store.user=ada",
            "store.password=open sesame",
            "store.answer-timeout=43s",
            "store.start-check=44MiB",
            "store.head-grace=46s",
            "store.change-poll=47ms",
            "gateway.node-lost-after=21s",
            "gateway.dispatch-slack=22s",
            "metrics.functions=36",
            "usage.flush=43s",
            "usage.keep-for=44d",
            "usage.functions=45",
            "usage.currency=CHF",
            "usage.price-gb-second=0.0000166667",
            "usage.price-invocation=0.0000002",
            "usage.price-gb-out=0.09",
            "usage.price-cpu-second=1",
            "images.registry=http://127.0.0.1:5000",
            "images.registry-check=46s",
            "images.registry-bytes=48GiB",
            "images.engine-bytes=52GiB",
            "images.grace=49s",
            "images.ahead=on",
            "images.archives=3",
            "images.transfers=47",
            "webhooks.allow=10.0.0.0/8,fd00::/8",
            "webhooks.parallel=43",
            "webhooks.attempts=44",
            "webhooks.first-retry=45ms",
            "webhooks.longest-retry=46s",
            "webhooks.timeout=47s",
            "webhooks.inline-bytes=48KiB",
            "webhooks.answer-bytes=49B",
            "webhooks.keep=50m",
            "webhooks.keep-count=51"
        };
        assertThat(flags).hasSameSizeAs(GatewayConfig.SETTINGS);
        assertThat(bind(flags))
                .isEqualTo(new GatewayConfig(
                        new Http(
                                "127.0.0.2",
                                1,
                                List.of("a", "b"),
                                Bytes.ofMiB(2),
                                Bytes.ofMiB(31),
                                Bytes.ofKiB(3),
                                4,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6),
                                new Bytes(6),
                                Duration.ofSeconds(32),
                                Duration.ofSeconds(35),
                                Bytes.ofKiB(33),
                                Bytes.ofKiB(24),
                                34,
                                Bytes.ofKiB(42),
                                Duration.ofSeconds(7)),
                        new Tls(
                                false,
                                Optional.of(new PemFiles(Path.of("/tls/crt"), Path.of("/tls/key"))),
                                Duration.ofSeconds(36),
                                Duration.ofSeconds(41)),
                        new AuthSettings(37, 38, Duration.ofSeconds(39), 40),
                        new CodeBounds(Bytes.ofKiB(8), Bytes.ofKiB(9), 10, 26),
                        new Registry(27, 28, Bytes.ofKiB(1)),
                        new Queue(12, 11, Duration.ofSeconds(13), Duration.ofSeconds(14)),
                        new Scheduling("balanced", Duration.ofSeconds(15), Duration.ofSeconds(29), true),
                        new Records(16, Bytes.ofMiB(17), 36, Duration.ofMillis(37), Duration.ofMillis(38)),
                        everyAsync(),
                        new Store(
                                18,
                                19,
                                30,
                                Duration.ofSeconds(20),
                                Bytes.ofMiB(44),
                                Optional.of(new PostgresServer(
                                        "jdbc:postgresql://db:5432/hearth?sslmode=require",
                                        "ada",
                                        "open sesame",
                                        Duration.ofSeconds(43))),
                                new HeadSettings(Duration.ofSeconds(46), Duration.ofMillis(47))),
                        new DeliverySettings(
                                List.of(AddressBlock.parse("10.0.0.0/8"), AddressBlock.parse("fd00::/8")),
                                43,
                                44,
                                new Backoff(Duration.ofMillis(45), Duration.ofSeconds(46)),
                                Duration.ofSeconds(47),
                                Bytes.ofKiB(48),
                                new Bytes(49),
                                Duration.ofMinutes(50),
                                51),
                        Duration.ofSeconds(21),
                        Duration.ofSeconds(22),
                        Duration.ofSeconds(25),
                        36,
                        new UsageSettings(
                                Duration.ofSeconds(43),
                                Duration.ofDays(44),
                                45,
                                new Prices(
                                        "CHF",
                                        new BigDecimal("0.0000166667"),
                                        new BigDecimal("0.0000002"),
                                        new BigDecimal("0.09"),
                                        BigDecimal.ONE)),
                        new ImageStoreSettings(
                                Optional.of(URI.create("http://127.0.0.1:5000")),
                                Duration.ofSeconds(46),
                                Bytes.ofGiB(48),
                                Bytes.ofGiB(52),
                                Duration.ofSeconds(49),
                                true,
                                3,
                                47)));
    }

    private static GatewayConfig bind(String... flags) {
        Settings settings = Settings.load(CATALOGUE, Sources.ofFlags(flags));
        GatewayConfig config = GatewayConfig.bind(settings);
        settings.finish();
        return config;
    }
}
