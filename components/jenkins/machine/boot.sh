# Installs what is needed, mounts the home, fetches Jenkins as it is pinned, starts it and waits until it answers.

patiently() {
  for _ in $(seq 1 20); do
    "$@" && return
    sleep 15
  done
  "$@"
}

fetch() {
  patiently curl --fail --silent --show-error --location --output "$3" "$1"
  echo "$2  $3" | sha256sum --check --quiet -
}

set -a
# shellcheck source=/dev/null
. /etc/jenkins/environment
set +a

read -ra wanted <<< "$PACKAGES"
patiently dnf install -y "${wanted[@]}"

groupadd --gid "$OWNER" jenkins
useradd --uid "$OWNER" --gid "$OWNER" --home-dir "$JENKINS_HOME" --no-create-home --shell /sbin/nologin jenkins
install -d -m 0750 "$JENKINS_HOME"
echo "$FILE_SYSTEM:/ $JENKINS_HOME efs _netdev,noresvport,tls,iam,accesspoint=$ACCESS_POINT 0 0" >> /etc/fstab
patiently mount "$JENKINS_HOME"

fetch "$JENKINS_URL" "$JENKINS_SHA256" /opt/jenkins/jenkins.war
fetch "$PLUGIN_MANAGER_URL" "$PLUGIN_MANAGER_SHA256" /opt/jenkins/plugin-manager.jar
patiently java -jar /opt/jenkins/plugin-manager.jar --war /opt/jenkins/jenkins.war \
  --plugin-file /etc/jenkins/plugins.txt --plugin-download-directory /opt/jenkins/plugins --latest false

# Workspaces are on the machine's own disk: faster than the home, and worth nothing after a build.
install -d -m 0750 -o jenkins -g jenkins /var/cache/jenkins

systemctl daemon-reload
systemctl enable --now jenkins-disk.timer jenkins.service
for _ in $(seq 1 60); do
  if curl --fail --silent --output /dev/null --max-time 5 "http://127.0.0.1:$PORT$HEALTH_PATH"; then
    echo "delivery: Jenkins is running"
    exit 0
  fi
  sleep 10
done
journalctl --unit jenkins.service --no-pager --lines 50 || true
echo "delivery: Jenkins does not run" >&2
false
