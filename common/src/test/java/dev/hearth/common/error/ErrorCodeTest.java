package dev.hearth.common.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ErrorCodeTest {
    @ParameterizedTest
    @EnumSource
    void tellsTheUserWhatToDoInASentence(ErrorCode code) {
        assertThat(code.advice()).matches("[A-Z].*\\.");
        assertThat(code.status()).isBetween(400, 504);
    }

    @Test
    void onlyWhatCanPassByItselfIsRetryable() {
        assertThat(ErrorCode.TOO_MANY_REQUESTS.retryable()).isTrue();
        assertThat(ErrorCode.NO_CAPACITY.retryable()).isTrue();
        assertThat(ErrorCode.FUNCTION_ERROR.retryable()).isFalse();
        assertThat(ErrorCode.TIMEOUT.retryable()).isFalse();
    }

    @Test
    void anExceptionCarriesItsFailure() {
        HearthException exception = new HearthException(ErrorCode.CONFLICT, "hello was changed by somebody else");
        assertThat(exception).hasMessage("CONFLICT: hello was changed by somebody else");
        assertThat(exception.failure().ran()).isEqualTo(Ran.NO);
    }
}
