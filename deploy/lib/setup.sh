# The set-up steps that running a node and running the tests have in common.
# shellcheck shell=bash disable=SC2034 # what is set here is read by the scripts that source this

RUNTIMES=(python3 nodejs java native)
SETUP_STEPS=$((5 + ${#RUNTIMES[@]}))

tools_ensure() {
  need curl curl
  need setsid util-linux
  need tar tar
  need timeout coreutils
  # For functions with a network; the engine's package brings iptables where it is ours to install.
  need ip iproute2
  need nsenter util-linux
  need iptables iptables
}

engine_and_tools() {
  tools_ensure
  engine_ensure
}

setup_steps() {
  local runtime
  step 'Docker Engine' engine_and_tools
  step "JDK $HEARTH_JAVA_VERSION or later" jdk_ensure
  step "Maven $HEARTH_MAVEN_VERSION or later" maven_ensure
  step "base image $HEARTH_BASE_IMAGE" base_ensure
  step 'bridge' bridge_ensure
  for runtime in "${RUNTIMES[@]}"; do step "runtime image $HEARTH_IMAGES/$runtime" runtime_ensure "$runtime"; done
}
