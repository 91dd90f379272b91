package dev.hearth.gateway.tls;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the PEM files now and then and hands a changed pair to the server; belongs to one event loop.
 *
 * <p>Whoever renews a certificate writes two files, and no look sees both at one moment. So a new pair is taken only when
 * two looks in a row found the same bytes, its key has signed for its certificate, and the server has taken it.
 * Until then, and for ever when it is broken, the old one stays; each broken pair is told of once.
 */
public final class Certificates {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    private final Vertx vertx;
    private final PemFiles files;
    private @Nullable PemPair current;
    private @Nullable PemPair seen;
    private String toldOf = "";
    private boolean looking;

    public Certificates(Vertx vertx, PemFiles files) {
        this.vertx = vertx;
        this.files = files;
    }

    /** The first pair; fails when it cannot be used. */
    public Future<KeyCertOptions> first() {
        return vertx.executeBlocking(() -> PemPair.read(files))
                .map(Objects::requireNonNull)
                .compose(pair -> vertx.executeBlocking(() -> pair.options(vertx))
                        .map(Objects::requireNonNull)
                        .onSuccess(ignored -> current = pair))
                .recover(failure -> Future.failedFuture(unusable(failure)));
    }

    private HearthException unusable(Throwable failure) {
        String reason = failure instanceof TlsFault fault ? fault.sentence() : String.valueOf(failure.getMessage());
        return new HearthException(
                ErrorCode.INVALID_REQUEST,
                "TLS with gateway.tls-cert " + files.certificate() + " and gateway.tls-key " + files.key()
                        + " is not possible: " + reason);
    }

    /** Looks again and again; the server's future fails when it does not take a pair. */
    public void watch(Duration period, Function<KeyCertOptions, Future<Boolean>> server) {
        vertx.setPeriodic(period.toMillis(), ignored -> look(server));
    }

    private void look(Function<KeyCertOptions, Future<Boolean>> server) {
        if (looking) {
            return;
        }
        looking = true;
        vertx.executeBlocking(() -> PemPair.read(files))
                .map(Objects::requireNonNull)
                .compose(pair -> taken(pair, server))
                .onFailure(this::tell)
                .onComplete(ignored -> looking = false);
    }

    private Future<Boolean> taken(PemPair pair, Function<KeyCertOptions, Future<Boolean>> server) {
        boolean still = pair.equals(seen);
        seen = pair;
        if (pair.equals(current)) {
            toldOf = "";
        }
        if (pair.equals(current) || !still) {
            return Future.succeededFuture(false);
        }
        return vertx.executeBlocking(() -> pair.options(vertx))
                .map(Objects::requireNonNull)
                .compose(server)
                .onSuccess(ignored -> {
                    current = pair;
                    toldOf = "";
                    LOG.info("event=certificate_renewed file={}", files.certificate());
                });
    }

    private void tell(Throwable failure) {
        String reason = Optional.of(failure)
                .filter(TlsFault.class::isInstance)
                .map(fault -> ((TlsFault) fault).sentence())
                .orElseGet(failure::toString);
        if (!reason.equals(toldOf)) {
            toldOf = reason;
            LOG.warn("event=certificate_not_renewed reason=\"{}\" in_use=\"the one before\"", reason);
        }
    }
}
