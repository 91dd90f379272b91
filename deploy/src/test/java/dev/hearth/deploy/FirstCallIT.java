package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.SharedNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a newcomer does first: hand in a file and call it. */
final class FirstCallIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with();

    @Test
    void aPythonFunctionIsRegisteredAndCalled() {
        NODE.api().register("hello", "runtime=python3", """
                def handle(event, context):
                    return {"hello": event["name"]}
                """);
        Answer first = NODE.api().invoke("hello", "{\"name\":\"Ada\"}");
        assertThat(first.status()).as("%s", first).isEqualTo(200);
        assertThat(first.json().getString("hello")).isEqualTo("Ada");
        assertThat(first.header("Hearth-Node")).isEqualTo(NODE.id());
        assertThat(NODE.api().invoke("hello", "{\"name\":\"Eve\"}").start()).isEqualTo("warm");
    }

    @Test
    void aNodeFunctionIsRegisteredAndCalled() {
        NODE.api().register("hello-node", "runtime=nodejs", """
                exports.handle = async (event, context) => ({ hello: event.name });
                """);
        Answer first = NODE.api().invoke("hello-node", "{\"name\":\"Ada\"}");
        assertThat(first.status()).as("%s", first).isEqualTo(200);
        assertThat(first.json().getString("hello")).isEqualTo("Ada");
        assertThat(NODE.api().invoke("hello-node", "{\"name\":\"Eve\"}").start())
                .isEqualTo("warm");
    }
}
