using Docker.DotNet;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;

namespace Hermes.Tests;

/// <summary>Servers in containers.</summary>
internal static class Contained
{
    /// <summary>A started container, or why there is none: no engine, or no image.</summary>
    public static async Task<(T? Container, string WhyNot)> TryStartAsync<T>(string image, Func<T> build)
        where T : class, IContainer
    {
        try
        {
            var container = build();
            try
            {
                await container.StartAsync();
                return (container, "");
            }
            catch
            {
                await container.DisposeAsync();
                throw;
            }
        }
        catch (DockerUnavailableException)
        {
            return (null, "there is no Docker engine");
        }
        catch (DockerApiException refused)
        {
            return (null, $"the Docker engine gives no {image} ({refused.Message.Trim()})");
        }
    }
}
