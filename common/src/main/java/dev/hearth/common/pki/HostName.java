package dev.hearth.common.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.GeneralName;

/** A host as certificates name it: by address or by name. */
final class HostName {
    private HostName() {}

    static GeneralName of(String host) {
        boolean address = host.contains(":") || host.matches("[0-9.]+");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    static String of(GeneralName name) {
        if (name.getTagNo() != GeneralName.iPAddress) {
            return name.getName().toString();
        }
        try {
            byte[] address = ASN1OctetString.getInstance(name.getName()).getOctets();
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new PkiFault("the request names an address of a wrong length", e);
        }
    }
}
