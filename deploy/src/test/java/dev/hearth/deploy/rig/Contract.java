package dev.hearth.deploy.rig;

import dev.hearth.gateway.http.ApiContract;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The API's OpenAPI document, against which each JSON answer of a node is held. */
final class Contract {
    private static final long SECONDS = 30;
    private static final Contract HELD = new Contract();

    private final OpenAPIContract document;
    private final ResponseValidator responses;

    private Contract() {
        Vertx vertx = Vertx.vertx();
        try {
            document = await(ApiContract.load(vertx)).document();
        } catch (ExecutionException unreadable) {
            throw new IllegalStateException("openapi.yaml cannot be read", unreadable);
        }
        responses = ResponseValidator.create(vertx, document);
    }

    /** Throws when the answer is not one that the document allows for the request. */
    static void check(HttpResponse<byte[]> response) {
        HELD.hold(response);
    }

    static List<Operation> operations() {
        return HELD.document.operations();
    }

    private void hold(HttpResponse<byte[]> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        Operation operation = document.findOperation(
                response.uri().getRawPath(),
                HttpMethod.valueOf(response.request().method()));
        // What a function made is its own affair.
        boolean made = operation != null
                && operation.getOperationId().equals("invokeFunction")
                && response.headers().firstValue("Hearth-Error").isEmpty();
        if (operation == null || made || !type.equals("application/json")) {
            return;
        }
        ValidatableResponse answer =
                ValidatableResponse.create(response.statusCode(), Buffer.buffer(response.body()), type);
        try {
            await(responses.validate(answer, operation.getOperationId()));
        } catch (ExecutionException against) {
            throw new AssertionError(
                    response.request().method() + " " + response.uri() + " was answered with " + response.statusCode()
                            + " " + new String(response.body(), StandardCharsets.UTF_8) + " against openapi.yaml",
                    against);
        }
    }

    private static <T> T await(Future<T> future) throws ExecutionException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopped);
        } catch (TimeoutException late) {
            throw new IllegalStateException("not within " + SECONDS + " s", late);
        }
    }
}
