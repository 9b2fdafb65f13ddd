# Sourced: how tests are run that are built already.
# shellcheck shell=bash

# Tests with sockets and servers mostly wait, so more of them than processors may run. But all of them at once let servers starve (a login at RabbitMQ
# then takes more than 10 s), and take longer together.
tests_at_once=8

# built_tests OPTION… : `swift test` without a build.
built_tests() { swift test --skip-build --disable-xctest --experimental-maximum-parallelization-width "$tests_at_once" "$@"; }
