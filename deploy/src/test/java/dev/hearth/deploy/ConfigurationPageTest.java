package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/configuration.md says what the code says. */
final class ConfigurationPageTest {
    @Test
    void theCommittedPageIsTheOneThatTheCommandPrints() throws IOException {
        assertThat(Files.readString(Path.of("../docs/configuration.md")))
                .as("docs/configuration.md; write it anew: hearth config --markdown > docs/configuration.md")
                .isEqualTo(ConfigMarkdown.page(HearthConfig.CATALOGUE));
    }

    @Test
    void everyKeyHasAMeaningInOneSentenceAndNumbersHaveARange() {
        for (Setting<?> setting : HearthConfig.CATALOGUE.all()) {
            assertThat(setting.meaning()).as(setting.name()).matches("[A-Za-z][^.]*(\\.[a-z][^.]*)*\\.");
            if (List.of("duration", "size", "whole number")
                    .contains(setting.kind().name())) {
                assertThat(setting.range()).as(setting.name()).isPresent();
            }
        }
    }
}
