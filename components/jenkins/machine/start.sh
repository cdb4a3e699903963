#!/bin/bash
# Runs Jenkins, with the lock on the home already held: flock hands it over, and java keeps it until it ends.
set -euo pipefail

# The plugins are those of this machine's release, whatever the last machine left.
rm -rf "$JENKINS_HOME/plugins"
cp -R /opt/jenkins/plugins "$JENKINS_HOME/plugins"

exec java \
  -XX:MaxRAMPercentage=50 \
  -Djava.awt.headless=true \
  -Djenkins.install.runSetupWizard=false \
  -Djenkins.model.Jenkins.workspacesDir="/var/cache/jenkins/\${ITEM_FULL_NAME}" \
  -jar /opt/jenkins/jenkins.war --httpPort="$PORT"
