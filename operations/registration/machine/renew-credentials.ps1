#Requires -Version 5.1
# Hands the credentials that Systems Manager brings every half an hour to the agent of CodeDeploy, which reads its file
# anew every 25 minutes. Fails where they are too old, so that the task's last result tells.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$to = 'C:\ProgramData\DeliveryAgent\credentials'
$places = "$env:SystemRoot\System32\config\systemprofile\.aws\credentials", "$env:ProgramFiles\Amazon\SSM\credentials"
$newest = $places | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object { Get-Item -LiteralPath $_ } |
    Sort-Object -Property LastWriteTimeUtc | Select-Object -Last 1
if (-not $newest) {
    [Console]::Error.WriteLine('renew-credentials: Systems Manager has brought none yet')
    exit 1
}
if ($newest.LastWriteTimeUtc -lt [DateTime]::UtcNow.AddMinutes(-55)) {
    [Console]::Error.WriteLine("renew-credentials: $($newest.FullName) is older than 55 minutes")
    exit 1
}
Copy-Item -Force -LiteralPath $newest.FullName -Destination "$to.new"
Move-Item -Force -LiteralPath "$to.new" -Destination $to
