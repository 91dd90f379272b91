package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for loopback, signed by itself, made by the JDK's keytool for one test.
 *
 * @param pem the certificate's file
 * @param key the private key's file
 * @param trusting a client's side that trusts it and nobody else
 */
public record Certificate(Path pem, Path key, SSLContext trusting) {
    private static final String PASSWORD = "only-in-this-test";

    /** Makes one in the folder. */
    public static Certificate make(Path folder) throws IOException, GeneralSecurityException {
        Path file = folder.resolve("own.p12");
        keytool("-genkeypair -alias own -keyalg EC -groupname secp256r1 -validity 2 -dname CN=own"
                + " -ext SAN=ip:127.0.0.1,dns:localhost -storetype PKCS12 -storepass " + PASSWORD + " -keystore "
                + file);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        var certificate = store.getCertificate("own");
        return new Certificate(
                pem(folder.resolve("tls.crt"), "CERTIFICATE", certificate.getEncoded()),
                pem(
                        folder.resolve("tls.key"),
                        "PRIVATE KEY",
                        store.getKey("own", PASSWORD.toCharArray()).getEncoded()),
                trusting(certificate));
    }

    private static void keytool(String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(arguments.split(" ", -1)));
        command.addFirst(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new AssertionError("keytool failed: " + said);
        }
    }

    private static Path pem(Path file, String what, byte[] bytes) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }

    private static SSLContext trusting(java.security.cert.Certificate certificate)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("trusted", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
