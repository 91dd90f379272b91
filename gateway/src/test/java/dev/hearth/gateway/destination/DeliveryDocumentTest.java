package dev.hearth.gateway.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.id.InvocationId;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.destination.NewDelivery.Event;
import dev.hearth.gateway.destination.NewDelivery.Output;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeliveryDocumentTest {
    private static final Bytes INLINE = new Bytes(100);

    @Test
    void itHasTheRecordAndTheOutput() {
        JsonObject document = document("application/json", Buffer.buffer("{\"a\":[1,2]}"));
        assertThat(document.getString("delivery")).isEqualTo("d1");
        assertThat(document.getString("event")).isEqualTo("success");
        assertThat(document.getJsonObject("invocation").getString("function")).isEqualTo("f");
        assertThat(document.getJsonObject("output"))
                .isEqualTo(
                        new JsonObject(
                                "{\"contentType\":\"application/json\",\"bytes\":11,\"encoding\":\"json\",\"value\":{\"a\":[1,2]}}"));
    }

    @Test
    void jsonStandsInItToTheByte() {
        String number = "12345678901234567890.10";
        assertThat(text("application/json; charset=utf-8", Buffer.buffer(number)))
                .contains("\"value\":" + number + "}");
    }

    @Test
    void textIsTextAndAllElseBase64() {
        assertThat(output("text/plain", Buffer.buffer("a\u0000\"b")).getString("value"))
                .isEqualTo("a\u0000\"b");
        byte[] bytes = {1, -1, 2};
        for (String type : new String[] {"application/octet-stream", "text/plain", "application/json", ""}) {
            JsonObject output = output(type, Buffer.buffer(bytes));
            assertThat(output.getString("encoding")).as(type).isEqualTo("base64");
            assertThat(Base64.getDecoder().decode(output.getString("value"))).isEqualTo(bytes);
        }
    }

    @Test
    void whatOnlySaysThatItIsJsonCannotBreakTheDocument() {
        for (String not :
                new String[] {"{", "1}, \"event\": {\"x\":1", "", "nul", "1 2", "1 //", "/* */ 1", "NaN", "'a'", "[1,]"
                }) {
            JsonObject output = output("application/json", Buffer.buffer(not));
            assertThat(output.getString("encoding")).as(not).isEqualTo("text");
            assertThat(output.getString("value")).isEqualTo(not);
        }
    }

    @Test
    void aLongOutputIsLeftToBeFetched() {
        for (Optional<Buffer> body : List.of(Optional.of(Buffer.buffer("x".repeat(101))), Optional.<Buffer>empty())) {
            NewDelivery delivery = delivery(Event.SUCCESS, Optional.of(new Output("text/plain", 101, body)));
            JsonObject output = new JsonObject(DeliveryDocument.of("d1", delivery, INLINE)).getJsonObject("output");
            assertThat(output.getString("encoding")).isEqualTo("none");
            assertThat(output.getValue("value")).isNull();
            assertThat(output.getInteger("bytes")).isEqualTo(101);
        }
    }

    @Test
    void aFailureHasNoOutput() {
        JsonObject document =
                new JsonObject(DeliveryDocument.of("d1", delivery(Event.FAILURE, Optional.empty()), INLINE));
        assertThat(document.getString("event")).isEqualTo("failure");
        assertThat(document.getValue("output")).isNull();
        assertThat(document.containsKey("output")).isTrue();
    }

    private static JsonObject output(String type, Buffer body) {
        return document(type, body).getJsonObject("output");
    }

    private static JsonObject document(String type, Buffer body) {
        return new JsonObject(text(type, body));
    }

    private static String text(String type, Buffer body) {
        Output output = new Output(type, body.length(), Optional.of(body));
        return DeliveryDocument.of("d1", delivery(Event.SUCCESS, Optional.of(output)), INLINE);
    }

    private static NewDelivery delivery(Event event, Optional<Output> output) {
        return new NewDelivery(
                InvocationId.next(),
                "default",
                event,
                Destination.parse("function:next"),
                new JsonObject().put("function", "f"),
                output);
    }
}
