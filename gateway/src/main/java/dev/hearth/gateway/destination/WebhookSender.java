package dev.hearth.gateway.destination;

import dev.hearth.gateway.destination.Destination.Webhook;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Sends one document to a webhook, once.
 *
 * <p>The name is resolved here, every address that it has is held against the rule, and the connection goes to one of those
 * very addresses, while Host, SNI and certificate are the name's: what the name leads to a moment later makes no difference.
 * The connection is not kept, so that each attempt is checked.
 */
final class WebhookSender {
    private static final int RESOLVERS = 4;

    private final Vertx vertx;
    private final DeliverySettings settings;
    private final Resolver resolver;
    private final AddressRule rule;
    private final InstantSource clock;
    private final WorkerExecutor names;
    private final HttpClient http;

    WebhookSender(
            Vertx vertx, DeliverySettings settings, Resolver resolver, HttpClientOptions options, InstantSource clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.resolver = resolver;
        this.clock = clock;
        this.rule = new AddressRule(settings.allow());
        this.names = vertx.createSharedWorkerExecutor("webhook-names", RESOLVERS);
        this.http = vertx.createHttpClient(
                options.setKeepAlive(false), new PoolOptions().setHttp1MaxSize(settings.parallel()));
    }

    /**
     * What is sent.
     *
     * @param id of the delivery
     * @param attempts made before
     */
    record Letter(String id, Webhook to, String document, String secret, int attempts) {}

    /** The addresses of a host, or why nothing may be sent there. */
    private record Checked(List<InetAddress> addresses, Optional<String> refusal) {}

    /** What came of it; never fails. */
    Future<Verdict> send(Letter letter) {
        Promise<Verdict> end = Promise.promise();
        long timer = vertx.setTimer(
                settings.timeout().toMillis(),
                ignored -> end.tryComplete(Verdict.later("no answer within webhooks.timeout")));
        names.executeBlocking(() -> checked(letter.to().host()), false)
                .onSuccess(checked -> connect(letter, Objects.requireNonNull(checked), end))
                .onFailure(failure ->
                        end.tryComplete(Verdict.later("the name cannot be resolved: " + failure.getMessage())));
        return end.future().onComplete(ignored -> vertx.cancelTimer(timer));
    }

    /** Why nothing is sent there whatever names lead to, seen from the text alone; empty where they decide. */
    Optional<String> refusal(Webhook to) {
        String written = to.host().toLowerCase(Locale.ROOT);
        String host = written.endsWith(".") ? written.substring(0, written.length() - 1) : written;
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return rule.refusal(InetAddress.getLoopbackAddress(), Set.of());
        }
        try {
            return rule.refusal(InetAddress.ofLiteral(host), Set.of());
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    private Checked checked(String host) throws IOException {
        List<InetAddress> all = resolver.addresses(host).stream()
                .sorted(Comparator.comparing(Inet6Address.class::isInstance))
                .toList();
        Set<InetAddress> own = resolver.own();
        Optional<String> refusal = all.stream()
                .flatMap(address -> rule.refusal(address, own).stream())
                .findFirst();
        return new Checked(all, refusal);
    }

    private void connect(Letter letter, Checked checked, Promise<Verdict> end) {
        if (checked.refusal.isPresent() || checked.addresses.isEmpty()) {
            end.tryComplete(Verdict.refused("not sent: " + checked.refusal.orElse("the name has no address")));
            return;
        }
        if (end.future().isComplete()) {
            return;
        }
        // A name with several addresses is tried at another one each time.
        InetAddress address = checked.addresses.get(letter.attempts() % checked.addresses.size());
        http.request(options(letter, address))
                .onSuccess(request -> write(letter, request, end))
                .onFailure(failure -> end.tryComplete(Verdict.later("no connection: " + failure.getMessage())));
    }

    private RequestOptions options(Letter letter, InetAddress address) {
        Webhook to = letter.to();
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(to.port(), address.getHostAddress()))
                .setHost(to.host())
                .setPort(to.port())
                .setSsl(to.secure())
                .setURI(to.path())
                .setConnectTimeout(settings.timeout().toMillis())
                .setFollowRedirects(false);
    }

    private void write(Letter letter, HttpClientRequest request, Promise<Verdict> end) {
        if (end.future().isComplete()) {
            request.reset();
            return;
        }
        end.future().onComplete(ignored -> request.reset());
        long seconds = clock.instant().getEpochSecond();
        request.putHeader("Content-Type", "application/json")
                .putHeader("User-Agent", "Hearth")
                .putHeader("Hearth-Delivery", letter.id())
                .putHeader("Hearth-Signature", Signature.of(letter.secret(), seconds, letter.document()));
        request.response()
                .onSuccess(response -> read(response, end))
                .onFailure(failure -> end.tryComplete(Verdict.later("no answer: " + failure.getMessage())));
        // Told of by the response, which fails with the connection.
        request.end(Buffer.buffer(letter.document()));
    }

    /** Once the head of the answer is here the verdict stands; how its body ends makes no difference. */
    private void read(HttpClientResponse response, Promise<Verdict> end) {
        Buffer body = Buffer.buffer();
        int most = (int) settings.answerBytes().value();
        Runnable tell = () -> end.tryComplete(Verdict.of(
                response.statusCode(),
                Objects.requireNonNullElse(response.getHeader("Retry-After"), ""),
                body.toString(),
                clock.instant()));
        long patience = vertx.setTimer(Math.max(1, settings.timeout().toMillis() / 10), ignored -> tell.run());
        end.future().onComplete(ignored -> vertx.cancelTimer(patience));
        response.handler(piece -> {
            body.appendBuffer(piece, 0, Math.min(piece.length(), most - body.length()));
            if (body.length() >= most) {
                tell.run();
            }
        });
        response.exceptionHandler(broken -> tell.run());
        response.endHandler(ended -> tell.run());
    }

    Future<Void> close() {
        return http.close().eventually(() -> names.close());
    }
}
