package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.BuiltImage;
import dev.hearth.deploy.rig.SharedNode;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Software that others released, run as it was released: AWS's Java client of the Runtime API, Debian's Express. */
final class ForeignSoftwareIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with();

    private static final String LAMBDA = """
            FROM hearth/java
            COPY . /srv
            RUN /opt/hearth/jre/bin/java -m jdk.compiler/com.sun.tools.javac.Main -cp "$(echo /srv/*.jar | tr ' ' :)" -d /srv /srv/Orders.java
            CMD ["/opt/hearth/jre/bin/java", "-cp", "/srv:/srv/*", "com.amazonaws.services.lambda.runtime.api.client.AWSLambda", "Orders::handleRequest"]
            """;
    private static final String HANDLER = """
            import com.amazonaws.services.lambda.runtime.Context;
            import com.amazonaws.services.lambda.runtime.RequestHandler;
            import java.util.Map;

            public class Orders implements RequestHandler<Map<String, Object>, Map<String, Object>> {
                public Map<String, Object> handleRequest(Map<String, Object> order, Context context) {
                    System.out.println("order of " + order.get("customer"));
                    if (order.get("count") instanceof Integer count) {
                        return Map.of(
                                "twice", 2 * count,
                                "request", context.getAwsRequestId(),
                                "function", context.getFunctionName(),
                                "memory", context.getMemoryLimitInMB(),
                                "remaining", context.getRemainingTimeInMillis());
                    }
                    throw new IllegalArgumentException("how many?");
                }
            }
            """;
    private static final String EXPRESS = """
            FROM hearth/nodejs
            RUN apt-get update && apt-get install -y --no-install-recommends node-express
            COPY shop.js /srv/
            CMD ["node", "/srv/shop.js"]
            """;
    private static final String SHOP = """
            const express = require('express');
            const shop = express();
            shop.use(express.json());
            shop.post('/', (request, response) => {
              console.log(`asked for ${request.body.item}`);
              if (request.body.item === 'tea') return response.status(418).json({ pot: true });
              response.set('X-Shop', request.get('x-customer') || 'nobody').json({ item: request.body.item, price: 3 });
            });
            shop.listen(process.env.PORT);
            """;

    private @Nullable BuiltImage image;

    @AfterEach
    void remove() {
        if (image != null) {
            image.close();
        }
    }

    private BuiltImage built(String name, Path folder, Map<String, String> files) {
        BuiltImage made = BuiltImage.of("hearth-test/" + name + "-" + NODE.id() + ":1", folder, files);
        image = made;
        return made;
    }

    /** The jar or folder that a class comes from. */
    private static Path home(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    @Test
    void theJavaClientOfLambdasRuntimeApiRunsItsHandler(@TempDir Path folder) throws Exception {
        Class<?> utilities = Class.forName("software.amazon.awssdk.utilslite.SdkInternalThreadLocal");
        for (Class<?> type : new Class<?>[] {LambdaRuntime.class, AWSLambda.class, PojoSerializer.class, utilities}) {
            Path jar = home(type);
            Files.copy(jar, folder.resolve(String.valueOf(jar.getFileName())));
        }
        String tag = built("orders", folder, Map.of("Dockerfile", LAMBDA, "Orders.java", HANDLER))
                .tag();
        NODE.api().register("orders", "image=" + tag + "&contract=lambda&memory=192MiB&timeout=20s", "");

        Answer answer = NODE.api().invoke("orders", "{\"customer\":\"Ada\",\"count\":21}");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().getInteger("twice")).isEqualTo(42);
        assertThat(answer.json().getString("request")).isEqualTo(answer.invocation());
        assertThat(answer.json().getString("function")).isEqualTo("orders");
        assertThat(answer.json().getInteger("memory")).isEqualTo(192);
        assertThat(answer.json().getInteger("remaining")).isBetween(1, 20_000);
        assertThat(NODE.api().log(answer.invocation())).contains("order of Ada");

        Answer failed = NODE.api().invoke("orders", "{\"customer\":\"Bob\"}");
        assertThat(failed.code()).isEqualTo("FUNCTION_ERROR");
        assertThat(failed.error().getString("type")).contains("IllegalArgumentException");
        assertThat(failed.error().getString("message")).contains("how many?");
        assertThat(NODE.api().invoke("orders", "{\"count\":1}").start()).isEqualTo("warm");
    }

    @Test
    void anExpressServerAnswersWithItsOwnStatusAndHeaders(@TempDir Path folder) {
        String tag = built("shop", folder, Map.of("Dockerfile", EXPRESS, "shop.js", SHOP))
                .tag();
        NODE.api().register("shop", "image=" + tag + "&contract=http&memory=128MiB&timeout=20s", "");

        Answer bread = NODE.api().invoke("shop", "{\"item\":\"bread\"}");
        assertThat(bread.status()).as("%s", bread).isEqualTo(200);
        assertThat(bread.json().getInteger("price")).isEqualTo(3);
        assertThat(bread.header("X-Shop")).isEqualTo("nobody");
        assertThat(NODE.api().log(bread.invocation())).contains("asked for bread");

        Answer tea = NODE.api().invoke("shop", "{\"item\":\"tea\"}");
        assertThat(tea.status()).isEqualTo(418);
        assertThat(tea.json().getBoolean("pot")).isTrue();
        assertThat(tea.start()).isEqualTo("warm");
        assertThat(NODE.api().invoke("shop", "{\"item\":").status())
                .as("Express's own error")
                .isEqualTo(400);
    }
}
