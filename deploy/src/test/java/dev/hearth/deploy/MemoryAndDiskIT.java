package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code limits.memory} and {@code limits.disk}, and what one call leaves in /tmp for the next: nothing. */
final class MemoryAndDiskIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with();

    private static final long MIB = 1 << 20;
    private static final Pattern PEAK = Pattern.compile("peak (\\d+) bytes");

    @BeforeAll
    static void registerFunctions() {
        NODE.api().register("eater", "runtime=python3&memory=64MiB&disk=16MiB&timeout=30s", """
                import subprocess, sys

                EAT = "held = [b'x' * (1 << 20) for n in range(400)]"

                def handle(event, context):
                    if event == "self":
                        print("hungry", flush=True)
                        exec(EAT)
                    if event in ("child", "pardoned child"):
                        child = subprocess.run([sys.executable, "-S", "-c", EAT])
                        if event == "child":
                            raise RuntimeError("the child ended with " + str(child.returncode))
                    if event == "raise":
                        raise RuntimeError("for another reason")
                    return "fed"
                """);
        NODE.api().register("eater-node", "runtime=nodejs&memory=96MiB&disk=16MiB&timeout=30s", """
                exports.handle = (event) => {
                  const held = [];
                  for (let n = 0; event && n < 600; n++) {
                    held.push(Buffer.alloc(1 << 20, 1));
                  }
                  return held.length;
                };
                """);
        NODE.api().register("disk", "runtime=python3&memory=64MiB&disk=8MiB&timeout=30s", """
                import errno, os

                held = []

                def fill(path):
                    written = 0
                    with open(path, "wb", buffering=0) as file:
                        while True:
                            written += file.write(b"x" * 65536)
                            held[:] = [written]

                def handle(event, context):
                    seen = sorted(os.listdir("/tmp"))
                    if event == "fill":
                        fill("/tmp/full")
                    if event == "fill and go on":
                        try:
                            fill("/tmp/full")
                        except OSError as full:
                            return {"errno": errno.errorcode[full.errno], "written": held[0]}
                    if event == "leave":
                        os.makedirs("/tmp/deep/er")
                        for path in ("/tmp/left", "/tmp/deep/er/left", "/tmp/.hidden"):
                            open(path, "w").write("left")
                        os.chmod("/tmp/deep", 0o500)
                        os.symlink("/etc", "/tmp/link")
                    if event == "leave and raise":
                        open("/tmp/left", "w").write("left")
                        raise RuntimeError("left a file")
                    if event == "leave and die":
                        open("/tmp/left", "w").write("left")
                        os.abort()
                    if event == "keep open":
                        file = open("/tmp/open", "wb")
                        file.write(b"x" * (5 << 20))
                        file.flush()
                        os.unlink("/tmp/open")
                        globals()["kept"] = file
                    stat = os.statvfs("/tmp")
                    return {"seen": seen, "free": stat.f_bavail * stat.f_frsize}
                """);
    }

    @Test
    void aFunctionThatNeedsTooMuchMemoryIsToldSoWithItsPeak() {
        assertOutOfMemory(NODE.api().invoke("eater", "\"self\""));
        assertThat(NODE.api().invoke("eater").text()).isEqualTo("fed");
        Answer node = NODE.api().invoke("eater-node", "true");
        assertThat(node.code()).as("%s", node).isEqualTo("OUT_OF_MEMORY");
    }

    @Test
    void aChildThatDiedOfMemoryIsTheReasonWhenTheParentFails() {
        Answer answer = NODE.api().invoke("eater", "\"child\"");
        assertOutOfMemory(answer);
        assertThat(answer.error().getString("type")).isEqualTo("RuntimeError");
        assertThat(NODE.api().invoke("eater", "\"child\"").code()).isEqualTo("OUT_OF_MEMORY");
    }

    @Test
    void aChildThatDiedOfMemoryDoesNotFailACallThatGoesOn() {
        assertThat(NODE.api().invoke("eater", "\"pardoned child\"").text()).isEqualTo("fed");
        Answer later = NODE.api().invoke("eater", "\"raise\"");
        assertThat(later.start()).isEqualTo("warm");
        assertThat(later.code()).isEqualTo("FUNCTION_ERROR");
    }

    private static void assertOutOfMemory(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(502);
        assertThat(answer.code()).as("%s", answer).isEqualTo("OUT_OF_MEMORY");
        String message = answer.error().getString("message");
        assertThat(message).contains("limits.memory = 64MiB");
        Matcher peak = PEAK.matcher(message);
        assertThat(peak.find()).as(message).isTrue();
        assertThat(Long.parseLong(peak.group(1))).isBetween(60 * MIB, 80 * MIB);
    }

    @Test
    void aFullDiskStopsTheWriterAtItsLimit() {
        JsonObject full = NODE.api().invoke("disk", "\"fill and go on\"").json();
        assertThat(full.getString("errno")).isEqualTo("ENOSPC");
        assertThat(full.getLong("written")).isBetween(8 * MIB - 128 * 1024, 8 * MIB);
        assertFresh(NODE.api().invoke("disk"));
    }

    @Test
    void aCallThatFailsOfAFullDiskIsToldSo() {
        Answer answer = NODE.api().invoke("disk", "\"fill\"");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.code()).as("%s", answer).isEqualTo("DISK_EXCEEDED");
        assertThat(answer.error().getString("message")).contains("limits.disk = 8MiB");
        assertFresh(NODE.api().invoke("disk"));
    }

    @Test
    void aWarmCallSeesAFreshTmpWhateverTheOneBeforeDid() {
        for (String before : new String[] {"leave", "leave and raise"}) {
            NODE.api().invoke("disk", "\"" + before + "\"");
            Answer next = NODE.api().invoke("disk");
            assertThat(next.start()).isEqualTo("warm");
            assertFresh(next);
        }
        NODE.api().invoke("disk", "\"leave and die\"");
        assertFresh(NODE.api().invoke("disk"));
    }

    @Test
    void aDeletedFileThatIsStillOpenTakesNoSpaceFromLaterCalls() {
        for (int round = 0; round < 3; round++) {
            assertThat(NODE.api().invoke("disk", "\"keep open\"").status()).isEqualTo(200);
            assertFresh(NODE.api().invoke("disk"));
        }
    }

    private static void assertFresh(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().getJsonArray("seen")).isEmpty();
        assertThat(answer.json().getLong("free")).isBetween(8 * MIB - 64 * 1024, 8 * MIB);
    }
}
