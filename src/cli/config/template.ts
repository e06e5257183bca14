// The federation.yaml that `panfed config init` writes: whole, commented, and without the demo.

/** The text of a new federation.yaml, commented. */
export const CONFIG_TEMPLATE = `# yaml-language-server: $schema=./federation.schema.json
# A panfed gateway. Check it with: panfed config check. Editors complete its keys by the schema named above;
# docs/configuration.md of the package describes each of them.

federation:
  name: My federation
  listen:
    host: 127.0.0.1 # HOST and --host take precedence
    port: 4000 # PORT and --port take precedence
  # publicUrl: https://images.example.org
  # origins: [https://portal.example.org] # whose pages may read answers (CORS)
  # Key of the cursors: 32 random bytes or more, such as from \`openssl rand -base64 48\`. The same on every process.
  secret: { env: PANFED_SECRET } # or { file: secrets/federation }

facilities:
  - id: mylab # becomes part of every image's id: small letters, digits, hyphens
    name: My Laboratory
    # ror: https://ror.org/02550n020
    scopes: [mylab.example.org] # member@mylab.example.org is one of its members
    engines: [docker, apptainer] # what runs there
    allowsUnverified: false # whether images without a verified signature may run there
    # licenseServers: [license.mylab.example.org]
    # policy: policies/mylab.tar.gz # the lab's own rules; they can only restrict
    # Whose signatures make its images \`verified\`, and which have to be signed.
    # trust:
    #   keys: [{ name: Release, file: cosign.pub }]
    #   require: [production/**]
    registries:
      # A registry of the lab's own that speaks the contract (registry.graphql).
      # - key: main
      #   kind: graphql
      #   url: https://registry.mylab.example.org/graphql
      #   pull: registry.mylab.example.org
      #   token: { env: MYLAB_TOKEN }
      # A file of images: YAML, JSON or NDJSON.
      - key: files
        kind: file
        url: catalogs/mylab.yaml
        pull: registry.mylab.example.org/science
        # What the lab says of its repositories where the file does not. The first entry that matches is the only one;
        # without one, nobody but the lab's members may pull.
        repositories:
          - match: internal/**
            sharing: none
          - match: licensed/** # a single star would leave licensed/a/b to the next entries
            sharing: conditional
            listed: true # everyone may know that it exists
            conditions: [{ kind: academic }]
          - match: '**'
            sharing: open

# Whose tokens are accepted, and what each issuer may say of a person.
issuers:
  - url: https://aai.example.org
    audience: [panfed]
    scopes: [mylab.example.org] # affiliations
    namespaces: [urn:geant:mylab.example.org] # groups, as AARC-G069 writes them
    mayAssert: [academic] # also: admin, author:mylab

# limits, cache, policies and telemetry have defaults that fit most.
# telemetry:
#   logLevel: info
#   accessLog: true # a line for each request, without addresses, tokens and questions
#   metrics: # closed unless one of these is set; it counts images that nobody may see
#     listen: 127.0.0.1:9464 # an address that no proxy leads to
#     token: { env: PANFED_METRICS_TOKEN }
`;
