using Hermes.Grains.Interfaces;

namespace Hermes.Hosting;

/// <summary>Where the broker is that carries events; a secret, because it holds a password.</summary>
public static class BrokerAddress
{
    /// <summary>The environment variable with the address.</summary>
    public const string Variable = "HERMES_BROKER";

    /// <summary>What the option says.</summary>
    public const string Help = "A file with the address of a RabbitMQ broker, amqp://USER:PASSWORD@HOST:PORT/VHOST, or amqps:// where it is on another machine, that carries events to other systems too; "
        + $"the environment variable {Variable} names one without a file. Events stay in the platform otherwise.";

    /// <summary>The address in a file, or in the environment when no file is named; null for none.</summary>
    /// <exception cref="HermesException">
    /// The file cannot be read, may be read by everybody, or what it holds is no address, or one in clear text to another machine. What it holds is not told.
    /// </exception>
    public static Uri? Choose(string? file)
    {
        var text = SecretFile.Choose(file, Variable, "the address of a broker");
        if (text is null)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("amqp" or "amqps"))
        {
            throw new HermesException($"What {file ?? Variable} holds is not the address of a broker.", file, "It looks like amqp://USER:PASSWORD@HOST:PORT/VHOST.");
        }

        return address.Scheme == "amqps" || address.IsLoopback ? address : throw new HermesException(
            $"The broker at {address.Host} is on another machine, and its address in {file ?? Variable} does not demand TLS.",
            file,
            "Let the broker listen for TLS, and write amqps://USER:PASSWORD@HOST:PORT/VHOST.");
    }
}
