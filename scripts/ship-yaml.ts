// Reads the package's YAML for all who start it later (src/config/shipped-yaml.ts).
import { shipYaml } from './shipped-yaml.ts';

const root = new URL('../', import.meta.url);
shipYaml(root, new URL('dist/yaml/', root));
