package barnabas.metadata;

import barnabas.metadata.decision.Refusal;
import barnabas.metadata.registration.RegistrationApis;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/// A request of any version can be refused in its version, also where that version has no field for the error.
class RefusedInEveryVersionTest {
    private static final Refusal REFUSAL = new Refusal(ErrorCode.NOT_CONTROLLER, "not here");

    @Test
    void everyRefusalCanBeWritten() {
        var softly = new SoftAssertions();
        List<ControllerApi<?, ?>> all = new ArrayList<>(ControllerApis.all());
        all.addAll(RegistrationApis.all());
        for (ControllerApi<?, ?> api : all) {
            for (short version = api.key().lowestVersion(); version <= api.key().highestStableVersion(); version++) {
                short asked = version;
                softly.assertThatCode(() -> refuse(api, asked))
                        .as("%s version %d", api.key(), version)
                        .doesNotThrowAnyException();
            }
        }
        softly.assertAll();
    }

    @SuppressWarnings("unchecked") // named by its key
    private static <Q extends RequestMessage, R extends ResponseMessage> void refuse(
            ControllerApi<Q, R> api, short version) throws ReflectiveOperationException {
        var name = new StringBuilder(RequestMessage.class.getPackageName()).append(".message.");
        for (String word : api.key().name().split("_", -1))
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        Q request = (Q) Class.forName(name + "Request").getField("DEFAULT").get(null);
        api.refuse().refuse(request, REFUSAL).toBuffer(version);
    }
}
