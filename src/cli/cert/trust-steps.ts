import type { X509Certificate } from "node:crypto";

/** How one trust store is made to trust the local CA, and to forget it. */
export interface TrustSteps {
  readonly store: string;
  /** Command lines; what cannot be done on one is a sentence that begins with "#". */
  readonly trust: readonly string[];
  readonly remove: readonly string[];
}

const DEBIAN = "/usr/local/share/ca-certificates/gatewayctl-local-ca.crt";
const FEDORA = "/etc/pki/ca-trust/source/anchors/gatewayctl-local-ca.pem";
const NSS = "certutil -d sql:$HOME/.pki/nssdb";

/**
 * What to type for each store. Nothing of it is ever run by gatewayctl: whom this machine trusts is its user's decision.
 * @param name of the CA, as the stores show it
 */
export function trustSteps(file: string, name: string): TrustSteps[] {
  const ca = shellWord(file);
  return [
    {
      store: "macOS: Safari, Chrome, curl",
      trust: [`security add-trusted-cert -r trustRoot -p ssl -k ~/Library/Keychains/login.keychain-db ${ca}`],
      remove: [`security remove-trusted-cert ${ca}`, `security delete-certificate -c "${name}"`],
    },
    {
      store: "Debian, Ubuntu",
      trust: [`sudo cp ${ca} ${DEBIAN}`, "sudo update-ca-certificates"],
      remove: [`sudo rm ${DEBIAN}`, "sudo update-ca-certificates --fresh"],
    },
    {
      store: "Fedora, RHEL",
      trust: [`sudo cp ${ca} ${FEDORA}`, "sudo update-ca-trust"],
      remove: [`sudo rm ${FEDORA}`, "sudo update-ca-trust"],
    },
    {
      store: "Arch",
      trust: [`sudo trust anchor --store ${ca}`],
      remove: [`sudo trust anchor --remove ${ca}`],
    },
    {
      store: "Windows: Edge, Chrome, curl",
      trust: [`certutil -user -addstore Root "${file}"`],
      remove: [`certutil -user -delstore Root "${name}"`],
    },
    {
      store: "Chromium and Chrome on Linux (certutil is in libnss3-tools or nss-tools)",
      trust: [`${NSS} -A -t "C,," -n "${name}" -i ${ca}`],
      remove: [`${NSS} -D -n "${name}"`],
    },
    {
      store: "Firefox",
      trust: [
        "# Settings, Privacy & Security, View Certificates, Authorities, Import; tick websites",
        "# On macOS and Windows it takes over what the system trusts",
      ],
      remove: [`# At the same place: choose "${name}", Delete or Distrust`],
    },
    {
      store: "Node.js clients",
      trust: [
        `export NODE_EXTRA_CA_CERTS=${ca}`,
        "# or node --use-system-ca (Node 22.15, 23.8 and later), where the system trusts it",
      ],
      remove: ["unset NODE_EXTRA_CA_CERTS"],
    },
    {
      store: "One curl, without trusting it elsewhere",
      trust: [`curl --cacert ${ca} https://localhost:8443/`],
      remove: [],
    },
  ];
}

/** The CA's name: the CN of its subject. */
export function authorityName({ subject }: X509Certificate): string {
  return /^CN=(.+)$/m.exec(subject)?.[1] ?? subject;
}

/** As a POSIX shell takes it for one word. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}
