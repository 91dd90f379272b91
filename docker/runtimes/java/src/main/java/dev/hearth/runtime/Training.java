package dev.hearth.runtime;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A short life of the runtime, from which the JVM learns at the image's build what to keep in its cache for starts: an
 * invoker played in the same process sends a source file, an init and a few calls.
 */
public final class Training {
    private static final int WINDOW = 262_144;
    private static final int CALLS = 200;
    private static final String SOURCE = """
            import dev.hearth.function.Context;

            record Answer(String name, int length) {}

            public class Train {
                static final java.util.Map<String, Integer> SEEN = new java.util.TreeMap<>();

                public Object handle(Object event, Context context) {
                    context.logger().info("trains");
                    return switch (event) {
                        case java.util.Map<?, ?> map -> java.util.List.of(map, new Answer("a", map.size()), 1.5, 2L);
                        case String text -> {
                            for (String word : text.split(" ")) SEEN.merge(word, 1, Integer::sum);
                            yield SEEN.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).sorted().toList();
                        }
                        case byte[] bytes -> bytes;
                        case null -> throw new IllegalStateException("trained");
                        default -> String.valueOf(event);
                    };
                }
            }
            """;

    private Training() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("hearth-training");
        Path code = Files.createDirectory(folder.resolve("code"));
        Path socket = folder.resolve("s");
        Files.writeString(code.resolve("function.java"), SOURCE);
        Output.prepare();
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().start(() -> train(server, code));
        new Serving(socket, 1, new Control(OptionalInt.empty())).serve();
    }

    private static void train(ServerSocketChannel server, Path code) {
        try (SocketChannel channel = server.accept();
                DataInputStream in = new DataInputStream(Channels.newInputStream(channel))) {
            answer(in);
            send(
                    channel,
                    Frames.WELCOME,
                    0,
                    ByteBuffer.allocate(5).put((byte) 0).putInt(WINDOW));
            send(channel, Frames.INIT, 0, init(code));
            int status = answer(in)[0];
            for (int i = 1; i <= CALLS; i++) {
                String type = i % 4 == 0 ? "application/json" : i % 4 == 1 ? "text/plain" : "";
                String event =
                        i % 4 == 0 ? "{\"name\":\"Ada\",\"n\":[1,2.5,true,null]}" : i % 4 == 3 ? "" : "some words";
                send(channel, Frames.RUN, i, run(type, event));
                answer(in);
            }
            System.exit(status);
        } catch (IOException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static ByteBuffer init(Path code) {
        ByteBuffer out = ByteBuffer.allocate(4_096).put((byte) 0);
        for (String text : new String[] {"train", "r", "default", "1"}) {
            string(out, text);
        }
        out.putInt(128);
        for (String text : new String[] {code.toString(), "", "function.java"}) {
            string(out, text);
        }
        out.putShort((short) 1);
        string(out, "TRAINED");
        string(out, "yes");
        return out;
    }

    private static ByteBuffer run(String type, String event) {
        ByteBuffer out = ByteBuffer.allocate(4_096).putLong(System.currentTimeMillis() + 60_000);
        string(out, "id");
        string(out, type);
        byte[] headers = "accept: */*\n".getBytes(StandardCharsets.UTF_8);
        return out.putInt(headers.length).put(headers).put((byte) 0).put(event.getBytes(StandardCharsets.UTF_8));
    }

    private static void string(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putShort((short) bytes.length).put(bytes);
    }

    private static void send(SocketChannel channel, int kind, long number, ByteBuffer payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Frames.HEADER_BYTES + payload.position());
        frame.putInt(Frames.MIN_LENGTH + payload.position()).put((byte) kind).putLong(number);
        frame.put(payload.flip()).flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    /** The payload of the next frame. */
    private static byte[] answer(DataInputStream in) throws IOException {
        byte[] frame = in.readNBytes(in.readInt());
        return java.util.Arrays.copyOfRange(frame, Frames.MIN_LENGTH, frame.length);
    }
}
