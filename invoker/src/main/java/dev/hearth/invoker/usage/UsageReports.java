package dev.hearth.invoker.usage;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.UsageReply;
import dev.hearth.common.bus.UsageReport;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one gateway what was used, and again until it has counted it; lives on one event loop.
 *
 * <p>One report is under way at a time. It goes out again as it was, so that a gateway that counted it and whose answer was
 * lost knows it by its number; what is used meanwhile waits for the next one.
 */
public final class UsageReports {
    private static final Logger LOG = LoggerFactory.getLogger(UsageReports.class);

    private final EventBus bus;
    private final String node;
    private final long epoch;
    private final DeliveryOptions options;
    private Optional<UsageReport> pending = Optional.empty();
    private long sequence;
    private boolean underWay;

    /**
     * Of a node's life.
     *
     * @param patience how long an answer is waited for
     */
    public UsageReports(EventBus bus, String node, long epoch, Duration patience) {
        this.bus = bus;
        this.node = node;
        this.epoch = epoch;
        this.options = new DeliveryOptions().setCodecName(BusCodec.NAME).setSendTimeout(patience.toMillis());
    }

    /** Sends what was not answered, or else what is given now; completes when an answer came or will not. */
    public Future<Void> tell(Supplier<List<UsageReport.Entry>> used) {
        if (underWay) {
            return Future.succeededFuture();
        }
        if (pending.isEmpty()) {
            pending = Optional.of(used.get())
                    .filter(entries -> !entries.isEmpty())
                    .map(entries -> new UsageReport(node, epoch, ++sequence, entries));
        }
        return pending.map(this::send).orElse(Future.succeededFuture());
    }

    private Future<Void> send(UsageReport report) {
        underWay = true;
        return bus.<BusMessage>request(BusAddress.USAGE, report, options).transform(answer -> {
            underWay = false;
            if (answer.succeeded() && answer.result().body() instanceof UsageReply reply) {
                pending = pending.filter(sent -> sent.sequence() != reply.sequence());
            } else {
                LOG.debug("event=usage_not_taken sequence={}", report.sequence(), answer.cause());
            }
            return Future.succeededFuture();
        });
    }
}
