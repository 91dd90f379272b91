package dev.hearth.deploy.member;

import dev.hearth.common.cluster.ClusterConfig;
import dev.hearth.common.cluster.ClusterConfig.Contact;
import dev.hearth.common.pki.Enrolment;
import dev.hearth.common.pki.HeadTrust;
import dev.hearth.common.pki.Identity;
import dev.hearth.common.pki.JoinToken;
import dev.hearth.common.pki.Subject;
import dev.hearth.deploy.BootException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A new node asks a head for its certificate, again and again until one answers. */
final class Joining {
    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** How often the log says that it still waits. */
    private static final int TRIES_PER_LINE = 10;

    private Joining() {}

    static Identity join(ClusterConfig config, Subject subject) {
        if (config.join().isEmpty()) {
            throw new BootException(
                    "this node has no certificate in " + config.folder()
                            + " and knows no head: give --join HOST and --token TOKEN ('hearth certs token' on the head prints one)");
        }
        if (config.token().isEmpty()) {
            throw new BootException("this node has no certificate in " + config.folder()
                    + ": give --token TOKEN ('hearth certs token' on the head prints one)");
        }
        JoinToken token = JoinToken.parse(config.token());
        Enrolment enrolment = Enrolment.of(subject);
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(HeadTrust.context(token))
                .connectTimeout(PATIENCE)
                .build()) {
            String certificate = askUntilAnswered(client, config.join(), token, enrolment);
            Identity identity = enrolment.keep(config.folder(), certificate, token);
            LOG.info("event=joined node={} folder={}", identity.node(), config.folder());
            return identity;
        }
    }

    private static String askUntilAnswered(
            HttpClient client, List<Contact> heads, JoinToken token, Enrolment enrolment) {
        String body = new JsonObject()
                .put("token", token.text())
                .put("request", enrolment.request())
                .encode();
        for (int tries = 0; ; tries++) {
            Contact head = heads.get(tries % heads.size());
            try {
                return certificate(head, client.send(request(head, body), BodyHandlers.ofString()));
            } catch (SSLException e) {
                throw new BootException(
                        "the head at " + head + " is not trusted: " + e.getMessage()
                                + " (give the token of this head's cluster, and its cluster.port)",
                        e);
            } catch (IOException e) {
                if (tries % TRIES_PER_LINE == 0) {
                    LOG.info("event=waiting_for_head head={} reason=\"{}\"", head, e);
                }
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BootException("stopped while it waited for the head at " + head, e);
            }
        }
    }

    private static HttpRequest request(Contact head, String body) {
        String host = head.host().contains(":") ? "[" + head.host() + "]" : head.host();
        return HttpRequest.newBuilder(URI.create("https://" + host + ":" + head.headPort() + "/join"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static String certificate(Contact head, HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() / 100 == 5) {
            throw new IOException("answered " + answer.statusCode());
        }
        try {
            JsonObject json = new JsonObject(answer.body());
            if (answer.statusCode() == 200) {
                return json.getString("certificate", "");
            }
            throw new BootException("the head at " + head + " refused this node: "
                    + json.getJsonObject("error", new JsonObject()).getString("message", answer.body()));
        } catch (DecodeException | ClassCastException e) {
            throw new BootException("what listens at " + head + " is no head of Hearth", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BootException("stopped while it waited for a head", e);
        }
    }

    /** The address of this machine from which the first head is reached; nothing is sent. */
    static String addressTowards(List<Contact> heads) {
        if (heads.isEmpty()) {
            throw new BootException("a worker needs a head: give --join HOST (or cluster.join)");
        }
        Contact head = heads.getFirst();
        InetSocketAddress address = new InetSocketAddress(head.host(), head.port());
        if (address.isUnresolved()) {
            throw new BootException("the head's name " + head.host() + " has no address (cluster.join)");
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address);
            return socket.getLocalAddress().getHostAddress();
        } catch (IOException e) {
            throw new BootException(
                    "no way leads to the head at " + head + ": " + e.getMessage() + " (cluster.join)", e);
        }
    }
}
