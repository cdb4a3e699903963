using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Xunit;

namespace Greeter.Tests;

public class GreeterTests(WebApplicationFactory<Program> factory) : IClassFixture<WebApplicationFactory<Program>>
{
    [Fact]
    public async Task Is_healthy_and_says_its_version()
    {
        var answer = await factory.CreateClient().GetStringAsync("/health");
        Assert.Equal("""{"status":"ok","version":"development"}""", answer);
    }

    [Fact]
    public async Task Greets_by_name()
    {
        var answer = await factory.CreateClient().GetStringAsync("/greetings/Ada");
        Assert.Equal("""{"greeting":"Hello, Ada!"}""", answer);
    }

    [Fact]
    public async Task Knows_no_other_address()
    {
        var answer = await factory.CreateClient().GetAsync("/elsewhere");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
