// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.hpp"

namespace visavis::app {

void add_serve(CLI::App& app, Setting& setting) {
  auto* command = app.add_subcommand("serve", "Serve customers and agents until stopped");
  ConfigFlags flags(*command);
  flags.add(*command, "--listen", "server.listen", "Web address (default: 127.0.0.1:8080)", "IP:PORT");
  flags.add(*command, "--tls", "server.tls", "off, self-signed or two PEM files (default: off)", "CERT,KEY");
  flags.add(*command, "--media-ip", "media.ips", "Addresses that clients send media to", "IP,...");
  flags.add(*command, "--media-port", "media.port", "UDP and TCP; worker i takes N+i (default: 7000)", "N");
  flags.add(*command, "--workers", "media.workers", "Media threads (default: one per core)", "N");
  flags.add(*command, "--web", "server.web", "Folder of the built pages", "DIR");
  flags.add(*command, "--log-level", "log.level", "debug, info, warning or error", "LEVEL");
  flags.add_switch(*command, "--demo", "demo.seed", "Make the demo company where it is missing");
  command->callback([flags, &setting] {
    const auto loaded = flags.load(setting.environment);
    setting.status = loaded ? setting.programs.serve(loaded.value()) : refuse(setting, loaded.error());
  });
}

}  // namespace visavis::app
