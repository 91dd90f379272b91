#!/bin/sh
# Makes target/jre, the part of a JDK that functions get: ./jre.sh [JAVA_HOME]
set -eu
cd "$(dirname "$0")"
home=${1:-${JAVA_HOME:?is not set: name a JDK}}
# All of java.se but the desktop, the compiler for functions that come as source, and what libraries commonly ask for.
modules=java.compiler,java.instrument,java.logging,java.management,java.naming,java.net.http,java.prefs,java.scripting,java.security.jgss,java.security.sasl,java.sql,java.transaction.xa,java.xml,java.xml.crypto,jdk.charsets,jdk.compiler,jdk.crypto.cryptoki,jdk.httpserver,jdk.localedata,jdk.management,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.unsupported,jdk.xml.dom,jdk.zipfs
rm -rf target/jre
mkdir -p target
"$home/bin/jlink" --add-modules "$modules" --strip-debug --no-man-pages --no-header-files --output target/jre
