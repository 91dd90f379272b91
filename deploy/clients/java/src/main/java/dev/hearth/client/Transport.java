package dev.hearth.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests, and sends those again that can be sent again without harm.
 *
 * <p>Sent again is what the node itself calls retryable (it then has not run), what never reached a node, and, where the
 * request says that it is repeatable, what got no answer. Blocks without a lock, so that virtual threads may wait here.
 */
final class Transport implements AutoCloseable {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
    private static final int ERROR_BYTES = 1 << 20;

    private final ManagerSettings settings;
    private final HttpClient http;

    Transport(ManagerSettings settings) {
        this.settings = settings;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout());
        settings.tls().ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /** The answer of a request that succeeded; throws a HearthException otherwise. */
    Answer send(Request request) {
        for (int attempt = 0; ; attempt++) {
            try {
                Answer answer = once(request);
                if (answer.succeeded()) {
                    return answer;
                }
                HearthException refused = Errors.of(answer);
                if (attempt >= settings.retries() || !refused.retryable()) {
                    throw refused;
                }
                pause(attempt, answer.header("Retry-After"));
            } catch (IOException broken) {
                if (attempt >= settings.retries() || !mayRepeat(request, broken)) {
                    throw Errors.noAnswer(what(request, broken), broken);
                }
                pause(attempt, "");
            }
        }
    }

    private static boolean mayRepeat(Request request, IOException broken) {
        boolean neverThere = broken instanceof ConnectException || broken instanceof HttpConnectTimeoutException;
        return neverThere || (request.repeatable() && !(broken instanceof BoundedBody.TooLong));
    }

    private String what(Request request, IOException broken) {
        return "no answer of " + settings.url() + " to " + request.method() + " " + request.path() + ": "
                + (broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage());
    }

    /** Reads an answer of any length while it comes; a failure's is read whole. */
    InputStream open(Request request) {
        try {
            HttpResponse<InputStream> response = http.send(built(request), BodyHandlers.ofInputStream());
            if (response.statusCode() / 100 == 2) {
                return response.body();
            }
            try (InputStream body = response.body()) {
                byte[] said = body.readNBytes(ERROR_BYTES);
                throw Errors.of(new Answer(response.statusCode(), response.headers(), new Answer.Body(said)));
            }
        } catch (IOException broken) {
            throw Errors.noAnswer(what(request, broken), broken);
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
    }

    private Answer once(Request request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> sent =
                http.sendAsync(built(request), head -> new BoundedBody(settings.maxAnswerBytes()));
        try {
            // The timeout of an HttpRequest ends with the head of the answer; this one covers its body too.
            HttpResponse<byte[]> response = sent.get(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.headers(), new Answer.Body(response.body()));
        } catch (TimeoutException late) {
            sent.cancel(true);
            throw new IOException("not within " + request.timeout().toMillis() + " ms", late);
        } catch (InterruptedException stopped) {
            sent.cancel(true);
            throw interrupted(stopped);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException broken ? broken : new IOException(failed.getCause());
        }
    }

    private HttpRequest built(Request request) {
        BodyPublisher body = request.event()
                .map(event -> BodyPublishers.ofByteArray(event.content()))
                .orElseGet(BodyPublishers::noBody);
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(settings.url() + request.path()))
                .timeout(request.timeout())
                .method(request.method(), body)
                .header("Accept", "application/json");
        request.headers().forEach(builder::setHeader);
        request.event()
                .map(Event::contentType)
                .filter(type -> !type.isEmpty())
                .ifPresent(type -> builder.header("Content-Type", type));
        if (!settings.key().isEmpty()) {
            builder.header("Authorization", "Bearer " + settings.key());
        }
        return builder.build();
    }

    /** Twice as long each time, and what the node asks for if that is longer, within a bound. */
    void pause(int attempt, String retryAfter) {
        long whole = Math.min(LONGEST_PAUSE.toMillis(), settings.firstRetry().toMillis() << Math.min(attempt, 16));
        long asked = retryAfter.matches("[0-9]{1,6}") ? Long.parseLong(retryAfter) * 1000 : 0;
        long wait = Math.max(whole - ThreadLocalRandom.current().nextLong(whole / 2 + 1), asked);
        try {
            Thread.sleep(Math.min(wait, LONGEST_PAUSE.toMillis()));
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
    }

    private static UnavailableException interrupted(InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return new UnavailableException(
                FailureCause.of(ErrorCode.NO_ANSWER, "interrupted while waiting for an answer"), false, "", stopped);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
