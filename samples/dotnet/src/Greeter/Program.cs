var version = File.Exists("VERSION") ? File.ReadAllText("VERSION").Trim() : "development";

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls($"http://*:{Environment.GetEnvironmentVariable("PORT") ?? "8080"}");

var app = builder.Build();
app.MapGet("/health", () => new { Status = "ok", Version = version });
app.MapGet("/greetings/{name:alpha}", (string name) => new { Greeting = $"Hello, {name}!" });
app.Run();

/// <summary>Visible to the tests, which start the service in their own process.</summary>
public partial class Program;
