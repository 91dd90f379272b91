package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.BeatEcho;
import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.HeadBeat;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateways that this node hears, each answered at once; one that is silent for long is forgotten.
 *
 * <p>Whoever judges others must have been awake: time in which this process stood still is nobody's silence.
 */
final class Heads {
    private static final Logger LOG = LoggerFactory.getLogger(Heads.class);
    /** How often the log says that no head is heard. */
    private static final long REMINDER_MILLIS = 10_000;

    private final EventBus bus;
    private final String node;
    private final long epoch;
    private final long silenceMillis;
    private final Function<String, List<BeatEcho.Held>> calls;
    private final Map<String, Long> heardAt = new LinkedHashMap<>();
    private long lookedAt;
    private long remindedAt;

    /**
     * None heard yet.
     *
     * @param silenceMillis after which one is forgotten
     * @param calls those of a gateway that are here
     */
    Heads(
            EventBus bus,
            RuntimeSettings settings,
            long silenceMillis,
            Function<String, List<BeatEcho.Held>> calls,
            long now) {
        this.bus = bus;
        this.node = settings.node();
        this.epoch = settings.epoch();
        this.silenceMillis = silenceMillis;
        this.calls = calls;
        this.lookedAt = now;
        this.remindedAt = now;
    }

    void heard(HeadBeat beat, long now) {
        BeatEcho echo = new BeatEcho(node, epoch, beat.beat(), calls.apply(beat.gateway()));
        bus.send(BusAddress.gateway(beat.gateway()), echo, BusCodec.options());
        if (heardAt.put(beat.gateway(), now) == null) {
            LOG.info("event=head_heard gateway={}", beat.gateway());
        }
    }

    /** Whether there is one. */
    boolean any() {
        return !heardAt.isEmpty();
    }

    /** Forgets those that have been silent for too long, and names them. */
    List<String> silent(long now) {
        long stoodStill = now - lookedAt;
        lookedAt = now;
        if (stoodStill > silenceMillis / 2) {
            heardAt.replaceAll((gateway, at) -> at + stoodStill);
        }
        List<String> silent = new ArrayList<>();
        heardAt.forEach((gateway, at) -> {
            if (now - at > silenceMillis) {
                silent.add(gateway);
            }
        });
        for (String gateway : silent) {
            heardAt.remove(gateway);
            LOG.warn("event=head_silent gateway={}", gateway);
        }
        remind(now);
        return silent;
    }

    private void remind(long now) {
        if (!heardAt.isEmpty()) {
            remindedAt = now;
        } else if (now - remindedAt > REMINDER_MILLIS) {
            remindedAt = now;
            LOG.warn(
                    "event=waiting_for_head reason=\"no gateway is heard: start one, or look at the network between\"");
        }
    }
}
